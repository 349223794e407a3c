package org.theseus.itests.interop;

import java.nio.file.Path;

/** One server of each kind, running, that know nothing of each other yet. */
record Pair(Ours ours, Synapse synapse) implements AutoCloseable {
  static Pair start(SynapseInstallation installation, Authority authority, Path directory)
      throws Exception {
    Ours ours = Ours.create(directory.resolve("theseus"), authority);
    Synapse synapse = Synapse.create(installation, directory.resolve("synapse"), authority);
    Pair pair = new Pair(ours, synapse);
    try {
      ours.start();
      synapse.start();
    } catch (Exception | Error failed) {
      pair.close();
      throw failed;
    }
    return pair;
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
    synapse.close();
    ours.close();
  }
}
