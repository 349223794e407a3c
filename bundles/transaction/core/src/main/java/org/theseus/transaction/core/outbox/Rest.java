package org.theseus.transaction.core.outbox;

/** What a courier does after an attempt. Times are milliseconds since the epoch. */
sealed interface Rest {
  /** There may be more to send. */
  record Again() implements Rest {}

  /** Nothing is owed. */
  record Nothing() implements Rest {}

  /** Nothing is sent until then, whatever comes, unless the server is heard from. */
  record Until(long ts) implements Rest {}

  /** Look again then, or when there is something to send. */
  record Alarm(long ts) implements Rest {}
}
