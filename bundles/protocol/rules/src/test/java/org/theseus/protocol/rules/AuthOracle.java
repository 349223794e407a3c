package org.theseus.protocol.rules;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * The auth rules by a state, once more, as near to the words of the specification as can be: a rule
 * is a line, numbered as in version 11, that either decides or lets the next one speak. It shares
 * nothing with the real ones.
 */
final class AuthOracle {
  private static final List<String> SCALARS =
      List.of(
          "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite");

  private final int version;
  private final BiFunction<JsonObject, JsonObject, Boolean> anySignatureMatches;
  private final Event event;
  private final Map<StateKey, Event> state;
  private final String sender;
  private final JsonObject content;

  /**
   * Prepares to judge.
   *
   * @param anySignatureMatches tells whether a signed object has a signature by a key in a content
   */
  AuthOracle(
      int version,
      Event event,
      Map<StateKey, Event> state,
      BiFunction<JsonObject, JsonObject, Boolean> anySignatureMatches) {
    this.version = version;
    this.anySignatureMatches = anySignatureMatches;
    this.event = event;
    this.state = state;
    this.sender = event.sender().value();
    this.content = event.content();
  }

  boolean allows() {
    if (event.type().equals("m.room.create")) {
      return rule1();
    }
    Event create = state.get(new StateKey("m.room.create", ""));
    if (create == null
        || (version == 12 && !event.roomId().value().equals(create.roomId().value()))) {
      return false;
    }
    // 3
    if (create.content().members().get("m.federate") instanceof JsonBoolean federate
        && !federate.value()
        && !domain(sender).equals(domain(create.sender().value()))) {
      return false;
    }
    // 4 of versions 1 to 5
    if (version < 6 && event.type().equals("m.room.aliases")) {
      return event.stateKey().isPresent() && event.stateKey().get().equals(domain(sender));
    }
    if (event.type().equals("m.room.member")) {
      return rule4(create);
    }
    // 5
    if (!"join".equals(membership(sender))) {
      return false;
    }
    // 6
    if (event.type().equals("m.room.third_party_invite")) {
      return atLeast(power(sender), scalar("invite"));
    }
    // 7
    if (!atLeast(power(sender), requiredLevel())) {
      return false;
    }
    // 8
    String key = event.stateKey().orElse("");
    if (key.startsWith("@") && !key.equals(sender)) {
      return false;
    }
    if (event.type().equals("m.room.power_levels")) {
      return rule9();
    }
    // 11 of versions 1 and 2
    return version > 2
        || !event.type().equals("m.room.redaction")
        || atLeast(power(sender), scalar("redact"))
        || (event.redacts().isPresent()
            && event.id().value().contains(":")
            && event.redacts().get().value().contains(":")
            && domain(event.id().value()).equals(domain(event.redacts().get().value())));
  }

  /** The power level of the sender. */
  BigInteger senderPower() {
    return power(sender);
  }

  /** From version 3 on, see "Handling redactions" there. */
  boolean mayRedact(Event target) {
    return atLeast(power(sender), scalar("redact"))
        || domain(sender).equals(domain(target.sender().value()));
  }

  private boolean rule1() {
    boolean noPrevEvents = event.prevEvents().isEmpty();
    boolean room =
        version == 12
            ? !event.json().members().containsKey("room_id")
            : event.roomId().value().endsWith(":" + domain(sender))
                && event.roomId().value().indexOf(':')
                    == event.roomId().value().length() - domain(sender).length() - 1;
    JsonValue roomVersion = content.members().get("room_version");
    boolean recognised =
        roomVersion == null
            || (roomVersion instanceof JsonString text && text.value().matches("[1-9]|1[012]"));
    boolean creator = version > 10 || content.members().containsKey("creator");
    boolean additional = true;
    if (version == 12 && content.members().containsKey("additional_creators")) {
      additional = content.members().get("additional_creators") instanceof JsonArray;
      for (JsonValue each : elements(content, "additional_creators")) {
        additional &= each instanceof JsonString text && isUserId(text.value());
      }
    }
    return noPrevEvents && room && recognised && creator && additional;
  }

  private boolean rule4(Event create) {
    // 4.1
    if (event.stateKey().isEmpty() || text(content, "membership") == null) {
      return false;
    }
    // 4.2
    JsonValue via = content.members().get("join_authorised_via_users_server");
    if (version > 7
        && via != null
        && !(via instanceof JsonString user && UserId.parse(user.value()).isPresent())) {
      return false;
    }
    String target = event.stateKey().get();
    return switch (text(content, "membership")) {
      case "join" -> rule43(create, target);
      case "invite" -> content.has("third_party_invite") ? rule441(target) : rule44(target);
      case "leave" -> rule45(target);
      case "ban" ->
          "join".equals(membership(sender))
              && atLeast(power(sender), scalar("ban"))
              && !atLeast(power(target), power(sender));
      case "knock" ->
          version > 6
              && (joinRule().equals("knock")
                  || (version > 9 && joinRule().equals("knock_restricted")))
              && sender.equals(target)
              && !List.of("ban", "invite", "join").contains(membership(sender));
      default -> false;
    };
  }

  private boolean rule43(Event create, String target) {
    String creator = version < 11 ? text(create.content(), "creator") : create.sender().value();
    if (event.prevEvents().size() == 1
        && event.prevEvents().get(0).equals(create.id())
        && target.equals(creator)) {
      return true;
    }
    if (!sender.equals(target) || "ban".equals(membership(sender))) {
      return false;
    }
    boolean invited = List.of("invite", "join").contains(membership(sender));
    String via = text(content, "join_authorised_via_users_server");
    boolean vouched =
        via != null && "join".equals(membership(via)) && atLeast(power(via), scalar("invite"));
    return switch (joinRule()) {
      case "invite" -> invited;
      case "knock" -> version > 6 && invited;
      case "restricted" -> version > 7 && (invited || vouched);
      case "knock_restricted" -> version > 9 && (invited || vouched);
      case "public" -> true;
      default -> false;
    };
  }

  private boolean rule441(String target) {
    JsonObject signed = object(object(content, "third_party_invite"), "signed");
    String token = text(signed, "token");
    Event invite =
        token == null ? null : state.get(new StateKey("m.room.third_party_invite", token));
    return !"ban".equals(membership(target))
        && target.equals(text(signed, "mxid"))
        && invite != null
        && invite.sender().value().equals(sender)
        && anySignatureMatches.apply(signed, invite.content());
  }

  private boolean rule44(String target) {
    return "join".equals(membership(sender))
        && !List.of("join", "ban").contains(membership(target))
        && atLeast(power(sender), scalar("invite"));
  }

  private boolean rule45(String target) {
    if (sender.equals(target)) {
      return List.of("invite", "join").contains(membership(sender))
          || (version > 6 && "knock".equals(membership(sender)));
    }
    boolean unban = "ban".equals(membership(target));
    return "join".equals(membership(sender))
        && (!unban || atLeast(power(sender), scalar("ban")))
        && atLeast(power(sender), scalar("kick"))
        && !atLeast(power(target), power(sender));
  }

  private boolean rule9() {
    // 9.1 to 9.3
    for (String name : SCALARS) {
      if (isBeyondDouble(content, name)
          || (version > 9 && content.has(name) && integer(content, name) == null)) {
        return false;
      }
    }
    for (String name : List.of("events", "notifications", "users")) {
      for (String entry : object(content, name).members().keySet()) {
        if (isBeyondDouble(object(content, name), entry)) {
          return false;
        }
      }
      if (version < 10 && !name.equals("users")) {
        continue;
      }
      if (content.has(name) && !(content.members().get(name) instanceof JsonObject)) {
        return false;
      }
      for (String entry : object(content, name).members().keySet()) {
        if (integer(object(content, name), entry) == null
            || (name.equals("users") && !isUserId(entry))) {
          return false;
        }
      }
    }
    // 10.4 of version 12
    for (String creator : privileged()) {
      if (object(content, "users").has(creator)) {
        return false;
      }
    }
    // 9.4
    Event before = state.get(new StateKey("m.room.power_levels", ""));
    if (before == null) {
      return true;
    }
    // 9.5
    BigInteger mine = power(sender);
    for (String name : SCALARS) {
      BigInteger was = integer(before.content(), name);
      BigInteger is = integer(content, name);
      boolean altered = was == null ? is != null : !was.equals(is);
      if (altered
          && !(atLeast(mine, was == null ? standard(name) : was)
              && atLeast(mine, is == null ? standard(name) : is))) {
        return false;
      }
    }
    // 9.6 to 9.9
    for (String name :
        version < 6 ? List.of("events", "users") : List.of("events", "notifications", "users")) {
      Set<String> entries = new HashSet<>(object(before.content(), name).members().keySet());
      entries.addAll(object(content, name).members().keySet());
      for (String entry : entries) {
        BigInteger was = integer(object(before.content(), name), entry);
        BigInteger is = integer(object(content, name), entry);
        boolean altered = was == null ? is != null : !was.equals(is);
        boolean another = name.equals("users") && !entry.equals(sender);
        boolean own = name.equals("users") && entry.equals(sender);
        if (altered && was != null && another && atLeast(was, mine)) {
          return false;
        }
        if (altered && was != null && !another && !own && !atLeast(mine, was)) {
          return false;
        }
        if (altered && is != null && !atLeast(mine, is)) {
          return false;
        }
      }
    }
    return true;
  }

  private Set<String> privileged() {
    Set<String> creators = new HashSet<>();
    if (version == 12) {
      Event create = state.get(new StateKey("m.room.create", ""));
      creators.add(create.sender().value());
      for (JsonValue each : elements(create.content(), "additional_creators")) {
        if (each instanceof JsonString text) {
          creators.add(text.value());
        }
      }
    }
    return creators;
  }

  private BigInteger power(String user) {
    if (privileged().contains(user)) {
      return BigInteger.TEN.pow(100);
    }
    Event levels = state.get(new StateKey("m.room.power_levels", ""));
    if (levels == null) {
      Event create = state.get(new StateKey("m.room.create", ""));
      String creator = version < 11 ? text(create.content(), "creator") : create.sender().value();
      return BigInteger.valueOf(user.equals(creator) ? 100 : 0);
    }
    BigInteger own = integer(object(levels.content(), "users"), user);
    return own == null ? scalar("users_default") : own;
  }

  private BigInteger requiredLevel() {
    Event levels = state.get(new StateKey("m.room.power_levels", ""));
    BigInteger own =
        levels == null ? null : integer(object(levels.content(), "events"), event.type());
    return own == null
        ? scalar(event.stateKey().isPresent() ? "state_default" : "events_default")
        : own;
  }

  private BigInteger scalar(String name) {
    Event levels = state.get(new StateKey("m.room.power_levels", ""));
    BigInteger own = levels == null ? null : integer(levels.content(), name);
    return own == null ? standard(name) : own;
  }

  private static BigInteger standard(String name) {
    return BigInteger.valueOf(
        List.of("ban", "kick", "redact", "state_default").contains(name) ? 50 : 0);
  }

  private String joinRule() {
    Event rules = state.get(new StateKey("m.room.join_rules", ""));
    if (rules == null || !rules.content().has("join_rule")) {
      return "invite";
    }
    String rule = text(rules.content(), "join_rule");
    return rule == null ? "malformed" : rule;
  }

  private String membership(String user) {
    Event member = state.get(new StateKey("m.room.member", user));
    String membership = member == null ? null : text(member.content(), "membership");
    return membership == null ? "none" : membership;
  }

  private static boolean isUserId(String text) {
    return UserId.parse(text).isPresent() && text.getBytes(StandardCharsets.UTF_8).length < 256;
  }

  private static boolean atLeast(BigInteger level, BigInteger other) {
    return level.compareTo(other) >= 0;
  }

  private static String domain(String user) {
    return user.substring(user.indexOf(':') + 1);
  }

  private static String text(JsonObject object, String name) {
    return object.members().get(name) instanceof JsonString text ? text.value() : null;
  }

  private static JsonObject object(JsonObject object, String name) {
    return object.members().get(name) instanceof JsonObject inner ? inner : JsonObject.EMPTY;
  }

  private static List<JsonValue> elements(JsonObject object, String name) {
    return object.members().get(name) instanceof JsonArray array
        ? array.elements()
        : new ArrayList<>();
  }

  private BigInteger integer(JsonObject object, String name) {
    JsonValue value = object.members().get(name);
    if (version > 9) {
      return value instanceof JsonNumber number && number.literal().matches("-?[0-9]{1,18}")
          ? new BigInteger(number.literal())
          : null;
    }
    if (value instanceof JsonNumber number && !isBeyondDouble(object, name)) {
      return clamped(new BigDecimal(number.literal()).toBigInteger());
    }
    if (value instanceof JsonString text && text.value().matches("\\s*[+-]?[0-9]{1,300}\\s*")) {
      return clamped(new BigInteger(text.value().strip()));
    }
    return null;
  }

  /** All levels that no long holds are as good as one. */
  private static BigInteger clamped(BigInteger level) {
    BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
    return level.min(most).max(most.not());
  }

  private boolean isBeyondDouble(JsonObject object, String name) {
    return version < 10
        && object.members().get(name) instanceof JsonNumber number
        && Double.isInfinite(Double.parseDouble(number.literal()));
  }
}
