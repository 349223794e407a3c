package org.theseus.transaction.core.outbox;

import java.time.Duration;
import java.util.TreeSet;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/**
 * What may become of an EDU that waits.
 *
 * @param replaces names what it tells about: a newer one of that name takes its place; "" for one
 *     that is always sent
 * @param staleAfter after so long nobody wants to know any more; zero for one that stays true
 */
record EduKind(String replaces, Duration staleAfter) {
  /** To-device messages, device lists, signing keys and whatever we do not know: never dropped. */
  static final EduKind KEPT = new EduKind("", Duration.ZERO);

  private static final Duration TYPING = Duration.ofSeconds(30);
  private static final Duration PRESENCE = Duration.ofMinutes(5);

  /** Tells it by the type and content. */
  static EduKind of(Edu edu) {
    JsonObject content = edu.content();
    return switch (edu.type()) {
      case "m.typing" ->
          new EduKind(
              "m.typing\n"
                  + content.string("room_id").orElse("")
                  + '\n'
                  + content.string("user_id").orElse(""),
              TYPING);
      case "m.presence" -> new EduKind("m.presence\n" + present(content), PRESENCE);
      case "m.receipt" -> new EduKind("m.receipt\n" + read(content), Duration.ZERO);
      default -> KEPT;
    };
  }

  boolean fades() {
    return !staleAfter.isZero();
  }

  private static String present(JsonObject content) {
    TreeSet<String> users = new TreeSet<>();
    content
        .array("push")
        .ifPresent(
            push ->
                push.elements().stream()
                    .map(EduKind::object)
                    .forEach(one -> users.add(one.string("user_id").orElse(""))));
    return String.join("\n", users);
  }

  /** Names room, type, user and thread of each receipt. */
  private static String read(JsonObject content) {
    TreeSet<String> receipts = new TreeSet<>();
    content
        .members()
        .forEach(
            (room, types) ->
                object(types)
                    .members()
                    .forEach(
                        (type, users) ->
                            object(users)
                                .members()
                                .forEach(
                                    (user, receipt) ->
                                        receipts.add(
                                            String.join(" ", room, type, user, thread(receipt))))));
    return String.join("\n", receipts);
  }

  private static String thread(JsonValue receipt) {
    return object(receipt).object("data").flatMap(data -> data.string("thread_id")).orElse("");
  }

  private static JsonObject object(JsonValue value) {
    return value instanceof JsonObject object ? object : JsonObject.EMPTY;
  }
}
