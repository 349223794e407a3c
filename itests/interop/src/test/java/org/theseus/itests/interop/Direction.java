package org.theseus.itests.interop;

/** Who comes to whose room. */
enum Direction {
  SYNAPSE_JOINS_THESEUS("Synapse joins Theseus"),
  THESEUS_JOINS_SYNAPSE("Theseus joins Synapse");

  private final String text;

  Direction(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
