package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;

/** Something {@code theseus event} can do. */
interface Operation {
  /** What {@code --help} tells. */
  String help();

  /** The names of the flags that take a value. */
  Set<String> valued();

  /** The names of the flags that take none. */
  default Set<String> switches() {
    return Set.of();
  }

  /**
   * Does it.
   *
   * @param in stdin
   * @throws Failure if the input cannot be used
   */
  Answer answer(Flags flags, InputStream in) throws Failure;
}
