package org.theseus.itests.interop;

/** One server of each kind, running, that know nothing of each other yet. */
record Pair(Ours ours, Synapse synapse) implements AutoCloseable {
  static Pair started(Ground ground) throws Exception {
    Pair pair = new Pair(Ours.create(ground), Synapse.create(ground));
    try {
      pair.start();
    } catch (Exception | Error failed) {
      pair.close();
      throw failed;
    }
    return pair;
  }

  void start() throws Exception {
    ours.start();
    synapse.start();
  }

  /** The one that makes the room. */
  Homeserver host(Direction direction) {
    return direction == Direction.SYNAPSE_JOINS_THESEUS ? ours : synapse;
  }

  /** The one whose user comes to the room. */
  Homeserver guest(Direction direction) {
    return direction == Direction.SYNAPSE_JOINS_THESEUS ? synapse : ours;
  }

  @Override
  public void close() {
    try (ours) {
      synapse.close();
    }
  }
}
