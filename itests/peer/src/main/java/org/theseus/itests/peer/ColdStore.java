package org.theseus.itests.peer;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.theseus.launcher.Home;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.sqlite.SqliteDatabase;

/** The store of a home whose server does not run. */
public final class ColdStore {
  private ColdStore() {}

  /** Reads a copy, so that the server comes to find its files as it left them. */
  public static <T> T read(Home home, Path folder, Database.Work<T> work) throws IOException {
    Path copy = Files.createTempDirectory(folder, "store");
    Path original = file(home);
    Path file = copy.resolve(original.getFileName());
    Files.copy(original, file);
    Path log = original.resolveSibling(original.getFileName() + "-wal");
    if (Files.exists(log)) {
      Files.copy(log, copy.resolve(log.getFileName()));
    }
    return run(file, work);
  }

  /** Changes it. */
  public static <T> T change(Home home, Database.Work<T> work) {
    return run(file(home), work);
  }

  private static Path file(Home home) {
    return home.directory().resolve("data").resolve("theseus.db");
  }

  private static <T> T run(Path file, Database.Work<T> work) {
    SqliteDatabase database = new SqliteDatabase(new At(file.toString()));
    database.open();
    try {
      return database.run(work);
    } finally {
      database.close();
    }
  }

  @SuppressWarnings("ClassExplicitlyAnnotation") // it stands for what the container would hand in
  private record At(String file) implements SqliteDatabase.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return SqliteDatabase.Config.class;
    }
  }
}
