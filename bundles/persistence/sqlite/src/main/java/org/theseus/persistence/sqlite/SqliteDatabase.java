package org.theseus.persistence.sqlite;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.persistence.api.Database;

/** The database as a component; there is one as soon as its file is configured. */
@Component(
    service = Database.class,
    immediate = true,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SqliteDatabase.Config.class)
public final class SqliteDatabase implements Database, AutoCloseable {
  private final SqliteStore store;

  /** Where the data is. */
  @ObjectClassDefinition(name = "Theseus SQLite database")
  public @interface Config {
    /**
     * The file.
     *
     * @return its path; made if it is not there
     */
    @AttributeDefinition(name = "File", description = "Path of the database file")
    String file();
  }

  /**
   * Makes the component.
   *
   * @param config where the data is
   */
  @Activate
  public SqliteDatabase(Config config) {
    store = new SqliteStore(Path.of(config.file()), SqliteStore.Limits.DEFAULT);
  }

  /** Opens the file; called once, by the container or by whoever does without one. */
  @Activate
  public void open() {
    store.open();
  }

  @Deactivate
  @Override
  public void close() {
    store.close();
  }

  @Override
  public <T> CompletionStage<T> submit(Work<T> work) {
    return store.submit(work);
  }

  @Override
  public <T> T run(Work<T> work) {
    return store.run(work);
  }
}
