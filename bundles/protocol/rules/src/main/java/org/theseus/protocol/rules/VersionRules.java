package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.theseus.protocol.api.Amendment;
import org.theseus.protocol.api.JsonObject;

/**
 * A room version as data, each derived from the one before.
 *
 * @param id the version's identifier
 * @param redaction its redaction algorithm
 * @param resolution its state resolution algorithm
 * @param features what it and the versions before it brought
 * @param amendments what others changed of it, in their order
 * @see <a href="https://spec.matrix.org/v1.19/rooms/#feature-matrix">Feature matrix</a>
 */
record VersionRules(
    String id,
    Redaction redaction,
    ResolutionAlgorithm resolution,
    Set<Feature> features,
    List<Amendment> amendments) {

  static final VersionRules V1 =
      new VersionRules("1", Redaction.V1, ResolutionAlgorithm.V1, Set.of(), List.of());
  static final VersionRules V2 = V1.next("2").with(ResolutionAlgorithm.V2);
  static final VersionRules V3 = V2.next("3", Feature.HASHED_EVENT_IDS, Feature.REDACTIONS_HANDLED);
  static final VersionRules V4 = V3.next("4", Feature.URL_SAFE_EVENT_IDS);
  static final VersionRules V5 = V4.next("5", Feature.KEY_VALIDITY);
  static final VersionRules V6 =
      V5.next("6", Feature.CANONICAL_JSON, Feature.ORDINARY_ALIASES, Feature.NOTIFICATION_LEVELS)
          .with(Redaction.V6);
  static final VersionRules V7 = V6.next("7", Feature.KNOCKING);
  static final VersionRules V8 = V7.next("8", Feature.RESTRICTED_JOINS).with(Redaction.V8);
  static final VersionRules V9 = V8.next("9").with(Redaction.V9);
  static final VersionRules V10 =
      V9.next("10", Feature.KNOCK_RESTRICTED_JOINS, Feature.INTEGER_POWER_LEVELS);
  static final VersionRules V11 =
      V10.next(
              "11",
              Feature.CREATOR_IS_SENDER,
              Feature.REDACTS_IN_CONTENT,
              Feature.IDENTIFIERS_IN_BYTES)
          .with(Redaction.V11);
  static final VersionRules V12 =
      V11.next("12", Feature.ROOM_ID_FROM_CREATE, Feature.PRIVILEGED_CREATORS)
          .with(ResolutionAlgorithm.V2_1);

  private static final Map<String, VersionRules> ALL =
      Stream.of(V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12)
          .collect(Collectors.toUnmodifiableMap(VersionRules::id, Function.identity()));

  VersionRules {
    features = Set.copyOf(features);
    amendments = List.copyOf(amendments);
  }

  /**
   * Tells whether a version is one the specification knows, as the auth rules of create events ask.
   */
  static boolean isKnown(String id) {
    return ALL.containsKey(id);
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#derive}. */
  VersionRules next(Amendment amendment) {
    List<Amendment> all = new ArrayList<>(amendments);
    all.add(amendment);
    return new VersionRules(amendment.id(), redaction, resolution, features, all);
  }

  /** Redacts as the algorithm and the amendments have it. */
  JsonObject redact(JsonObject pdu) {
    JsonObject redacted = redaction.apply(pdu);
    for (Amendment amendment : amendments) {
      redacted = amendment.redact(pdu, redacted);
    }
    return redacted;
  }

  private VersionRules next(String version, Feature... added) {
    Set<Feature> all = EnumSet.noneOf(Feature.class);
    all.addAll(features);
    all.addAll(List.of(added));
    return new VersionRules(version, redaction, resolution, all, amendments);
  }

  private VersionRules with(Redaction changed) {
    return new VersionRules(id, changed, resolution, features, amendments);
  }

  private VersionRules with(ResolutionAlgorithm changed) {
    return new VersionRules(id, redaction, changed, features, amendments);
  }
}
