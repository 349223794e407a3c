package org.theseus.protocol.jackson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;

/**
 * Strict JSON by Jackson's streaming core. The JDK decodes the bytes and refuses what is no UTF-8;
 * Jackson would guess encodings, skip a byte-order mark and take overlong forms.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
@Component
public final class JacksonJsonReader implements JsonReader {
  private static final int POOLED_BUFFERS = 16;

  /** As large as an event may be; what is larger is decoded piece by piece. */
  private static final int DECODED_AT_ONCE = 65_536;

  private final JsonFactory factory =
      new JsonFactoryBuilder()
          // Names come from strangers: they shall neither stay in the JVM's table nor, by their
          // hashes, fail a text.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          // The caller bounds the bytes and with them every length; numbers are never computed
          // with.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          // The default pool hangs on threads, which outlive this bundle.
          .recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED_BUFFERS))
          .build();

  @Override
  public JsonValue read(InputStream in, long maxBytes) throws IOException {
    return read(in, maxBytes, false);
  }

  @Override
  public JsonValue readLenient(InputStream in, long maxBytes) throws IOException {
    return read(in, maxBytes, true);
  }

  private JsonValue read(InputStream in, long maxBytes, boolean lenient) throws IOException {
    Reader reader = new InputStreamReader(new BoundedStream(in, maxBytes), utf8());
    try (JsonParser parser = factory.createParser(reader)) {
      return build(parser, lenient);
    } catch (CharacterCodingException malformed) {
      throw notUtf8();
    }
  }

  @Override
  public JsonValue read(byte[] json) {
    if (json.length > DECODED_AT_ONCE) {
      return JsonReader.super.read(json);
    }
    try {
      CharBuffer text = utf8().decode(ByteBuffer.wrap(json));
      try (JsonParser parser =
          factory.createParser(text.array(), text.arrayOffset(), text.length())) {
        return build(parser, false);
      }
    } catch (CharacterCodingException malformed) {
      throw notUtf8();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static JsonValue build(JsonParser parser, boolean lenient) throws IOException {
    try {
      return new ValueBuilder(parser, lenient).build();
    } catch (StreamConstraintsException tooDeep) {
      throw new JsonException(MatrixError.BAD_JSON, "nested deeper than " + MAX_DEPTH);
    } catch (JsonProcessingException malformed) {
      throw new JsonException(
          MatrixError.NOT_JSON, "not JSON" + ValueBuilder.place(malformed.getLocation()));
    }
  }

  private static CharsetDecoder utf8() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private static JsonException notUtf8() {
    return new JsonException(MatrixError.NOT_JSON, "not UTF-8");
  }
}
