package org.theseus.persistence.contract;

import java.util.function.Consumer;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.UnitOfWork;

/** A store under test: empty and open when a test begins. */
public interface StoreContract {
  /**
   * The store.
   *
   * @return the open database
   */
  Database database();

  /** Closes the store; what it holds is kept. */
  void close();

  /** Opens the closed store again, with what it held. */
  void open();

  /**
   * Does something in a unit of work of its own.
   *
   * @param work what to do
   */
  default void in(Consumer<UnitOfWork> work) {
    database()
        .run(
            unit -> {
              work.accept(unit);
              return true;
            });
  }
}
