package org.theseus.protocol.rules;

/** The state resolution algorithms, by the names the specification gives them. */
enum ResolutionAlgorithm {
  /** The first one, of room version 1 only. */
  V1,
  /** That of room versions 2 to 11. */
  V2,
  /** That of room version 12: it begins with an empty state and adds the conflicted subgraph. */
  V2_1
}
