package org.theseus.protocol.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;

/**
 * Ten megabytes of what takes most room are read, held and written in a heap of so many times that,
 * and events in one much smaller.
 */
class JsonMemoryTest {
  private static final int BYTES = 10_000_000;

  /** What the JVM, its young generation and Jackson's buffers need whatever the text is. */
  private static final int BASE_MEGABYTES = 24;

  /** Elements of an array; each {@code #} is a digit of a number that counts up. */
  private static final List<String> HOSTILE =
      Stream.of(
              List.of("0", "12", "-1", "1.5", "1e9", "1234567", "12345678901234567"),
              List.of("\"\"", "\"#\"", "\"###\"", "\"ā\"", "\"€\"", "\"😀\"", "\"é€🚢\""),
              List.of("\"12345678\"", "\"123456789\"", "\"\\u0000\"", "null"),
              List.of("[]", "{}", "[0]", "[0,0]", "[".repeat(900) + "]".repeat(900)),
              List.of("{\"\":0}", "{\"#\":0}", "{\"###\":0}", "{\"\":0,\"#\":0}"),
              List.of("{\"#1##\":0,\"#2##\":0}", "{\"a\":".repeat(900) + "0" + "}".repeat(900)))
          .flatMap(List::stream)
          .map(element -> "[|" + element + ",|0]")
          .collect(Collectors.toCollection(ArrayList::new));

  static {
    HOSTILE.addAll(List.of("{|\"####\":0,|\"\":0}", "{|\"########\":[],|\"\":0}"));
    HOSTILE.addAll(List.of("\"|x|\"", "\"|é|\"", "\"|€|\"", "\"|😀|\"", "\"|x|€\"", "\"|\\n|\""));
    HOSTILE.addAll(List.of("{\"|x|\":0}", "1|1|1", "0.|1|e-1"));
  }

  private static final String EVENT =
      """
      {"auth_events":["$######A-000000000000000000000000000000000000",\
      "$######B-000000000000000000000000000000000000"],"content":{"avatar_url":\
      "mxc://example.org/abcdefghijklmnop######","displayname":"Alice ####","membership":"join"},\
      "depth":123456,"hashes":{"sha256":"######abcdefghijklmnopqrstuvwxyzabcdefghijk"},\
      "origin_server_ts":1700000000000,"prev_events":["$######C-000000000000000000000000000000000000"],\
      "room_id":"!abcdefghij:example.org","sender":"@alice######:example.org",\
      "signatures":{"example.org":{"ed25519:auto":\
      "######abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz00"}},\
      "state_key":"@alice######:example.org","type":"m.room.member"}\
      """;

  @TempDir Path directory;

  @Test
  void anythingTakesTwelveTimesItsTextAtTheMost() throws Exception {
    inAHeapOf(12, HOSTILE);
  }

  @Test
  void eventsTakeFourTimesTheirText() throws Exception {
    inAHeapOf(4, List.of("{\"auth_chain\":[],\"state\":[|" + EVENT + ",|{}]}"));
  }

  private void inAHeapOf(int times, List<String> shapes) throws Exception {
    int megabytes = BASE_MEGABYTES + times * BYTES / 1_000_000;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmn8m", "-Xmx" + megabytes + "m"));
    command.addAll(List.of("-cp", classPath(), Reading.class.getName()));
    Path given = Files.write(directory.resolve("shapes"), shapes);
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(given.toFile())
            .redirectOutput(out.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readAllLines(out))
        .isEqualTo(shapes.stream().map(JsonMemoryTest::name).toList());
  }

  private static String name(String shape) {
    return shape.substring(0, Math.min(shape.length(), 30));
  }

  private static String classPath() {
    return Stream.of(Reading.class, JacksonJsonReader.class, JsonReader.class, JsonFactory.class)
        .map(used -> used.getProtectionDomain().getCodeSource().getLocation().toString())
        .map(location -> Path.of(URI.create(location)).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The process that has so little memory. */
  static final class Reading {
    private Reading() {}

    public static void main(String... none) throws IOException {
      JsonReader reader = new JacksonJsonReader();
      String shapes = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      for (String shape : shapes.lines().toList()) {
        Text text = new Text(shape);
        JsonValue value = reader.read(text, Long.MAX_VALUE);
        if (value.toSortedBytes().length != text.given || text.given < BYTES) {
          throw new AssertionError("read or written wrong: " + shape);
        }
        byte[] line = (name(shape) + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(line, 0, line.length);
        System.out.flush();
      }
    }
  }

  /** A beginning, something again and again, and an end, with bars between them. */
  private static final class Text extends InputStream {
    private static final String DIGITS =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int PIECE = 8_000;

    private final String repeated;
    private final byte[] end;
    private byte[] piece;
    private int at;
    private int count;
    private long given;

    Text(String shape) {
      int first = shape.indexOf('|');
      int second = shape.lastIndexOf('|');
      piece = shape.substring(0, first).getBytes(StandardCharsets.UTF_8);
      repeated = shape.substring(first + 1, second);
      end = shape.substring(second + 1).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (at == piece.length) {
        if (piece == end) {
          return -1;
        }
        piece = given < BYTES ? next() : end;
        at = 0;
      }
      int size = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, buffer, offset, size);
      at += size;
      given += size;
      return size;
    }

    private byte[] next() {
      StringBuilder text = new StringBuilder();
      while (text.length() < PIECE) {
        int left = count++;
        for (int i = 0; i < repeated.length(); i++) {
          char c = repeated.charAt(i);
          text.append(c == '#' ? DIGITS.charAt(left % DIGITS.length()) : c);
          left = c == '#' ? left / DIGITS.length() : left;
        }
      }
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
