package org.theseus.itests.peer.synapse;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;

/**
 * A request and how much Synapse cares for it.
 *
 * @param timeout how long an attempt may take, if not as the settings say
 * @param ignoresBackOff whether it is made although the destination is backed off from; then a
 *     failure makes no back-off longer either
 * @param everyErrorBacksOff whether an answer like 400, 403 or 404 begins a back-off too
 */
public record Call(
    String destination,
    String method,
    String target,
    Optional<JsonObject> content,
    Patience patience,
    Optional<Duration> timeout,
    boolean ignoresBackOff,
    boolean everyErrorBacksOff) {

  /** A transaction. */
  public static Call send(String destination, String txnId, JsonObject transaction) {
    return new Call(
        destination,
        "PUT",
        "/_matrix/federation/v1/send/" + encode(txnId),
        Optional.of(transaction),
        Patience.LONG,
        Optional.empty(),
        false,
        true);
  }

  /** A request like {@code event}, {@code state_ids}, {@code backfill} or {@code send_join}. */
  public static Call usual(
      String destination, String method, String target, Optional<JsonObject> content) {
    return new Call(
        destination, method, target, content, Patience.SHORT, Optional.empty(), false, false);
  }

  /**
   * A request with a time-out of its own: 10 s for {@code query/*}, {@code user/keys/*} and {@code
   * get_missing_events}, 20 s for {@code make_*}.
   */
  public static Call once(
      String destination,
      String method,
      String target,
      Optional<JsonObject> content,
      Duration timeout) {
    return new Call(
        destination, method, target, content, Patience.ONE, Optional.of(timeout), false, false);
  }

  /** The same, made in spite of a back-off, as {@code invite} and {@code send_leave} are. */
  public Call inSpiteOfBackOff() {
    return new Call(
        destination, method, target, content, patience, timeout, true, everyErrorBacksOff);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
