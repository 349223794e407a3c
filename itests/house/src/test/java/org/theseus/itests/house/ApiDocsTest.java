package org.theseus.itests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker of the documentation finds what is there to find. */
class ApiDocsTest {
  @TempDir Path folder;
  @TempDir Path classes;

  private void write(String name, String source) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("layer/api/src/main/java"));
    Files.writeString(sources.resolve(name + ".java"), source);
  }

  @Test
  void publicThingsAreDocumented() throws IOException {
    write(
        "Sail",
        """
        /** Catches {@link Wind}. */
        public interface Sail {
          int area();

          /**
           * Hoists it.
           *
           * @return whether it is up
           */
          boolean hoist(int metres);
        }
        """);

    assertThat(ApiDocs.gaps(folder, classes))
        .hasSize(3)
        .anySatisfy(gap -> assertThat(gap).contains("reference not found"))
        .anySatisfy(gap -> assertThat(gap).contains("no comment"))
        .anySatisfy(gap -> assertThat(gap).contains("no @param for metres"));
  }

  @Test
  void recordsSayWhatTheirComponentsAreOnce() throws IOException {
    write(
        "Rope",
        """
        /**
         * Holds.
         *
         * @param metres how long it is
         */
        public record Rope(int metres) {
          /** Checks its length. */
          public Rope {
            assert metres > 0;
          }
        }
        """);

    assertThat(ApiDocs.gaps(folder, classes)).isEmpty();
  }

  @Test
  void publicTypesNameTheirSection() throws IOException {
    write("Mast", "/** Stands. */\n@Deprecated\npublic final class Mast {}\n");
    write("Keel", "/** Ours: nobody else has one. */\npublic enum Keel {}\n");
    write(
        "Helm",
        """
        /**
         * Turns.
         *
         * @see <a href="https://spec.matrix.org/v1.19/rooms/">Rooms</a>
         */
        public interface Helm {}
        """);
    write("Rib", "/** Nobody sees it. */\nfinal class Rib {}\n");

    assertThat(ApiDocs.withoutSection(folder)).containsExactly("Mast");
  }
}
