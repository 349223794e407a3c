package org.theseus.transaction.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.DestinationPolicy;
import org.theseus.transaction.api.DestinationPolicy.Decision;
import org.theseus.transaction.core.outbox.Policy.Verdict;

/** Several policies decide as one. */
class PoliciesTest {
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final DestinationPolicy ALLOW = server -> new Decision.Allow();
  private static final DestinationPolicy REFUSE = server -> new Decision.Refuse("they are rude");

  private final Policies policies = new Policies();

  private static DestinationPolicy delay(Duration time) {
    return server -> new Decision.Delay(time, "it is night");
  }

  @Test
  void withoutAnyEverybodyIsSentTo() {
    assertThat(policies.judge(PEER)).isEqualTo(Verdict.SEND);
  }

  @Test
  void theStrictestDecidesWhateverTheirOrder() {
    policies.add(delay(Duration.ofDays(3)));
    policies.add(ALLOW);
    policies.add(delay(Duration.ofMinutes(2)));
    assertThat(policies.judge(PEER))
        .isEqualTo(new Verdict(Duration.ofDays(1), "delayed: it is night"));

    policies.add(REFUSE);
    policies.add(ALLOW);
    assertThat(policies.judge(PEER))
        .isEqualTo(new Verdict(Duration.ofHours(1), "refused: they are rude"));
  }

  @Test
  void whoHasGoneIsHeededNoMore() {
    DestinationPolicy minutes = delay(Duration.ofMinutes(2));
    policies.add(REFUSE);
    policies.add(minutes);
    policies.remove(REFUSE);
    assertThat(policies.judge(PEER))
        .isEqualTo(new Verdict(Duration.ofMinutes(2), "delayed: it is night"));

    policies.remove(minutes);
    assertThat(policies.judge(PEER)).isEqualTo(Verdict.SEND);
  }

  @Test
  void oneThatFailsDelaysAndHidesNoStricterOne() {
    policies.add(
        server -> {
          throw new IllegalStateException("broken");
        });
    Verdict verdict = policies.judge(PEER);
    assertThat(verdict.pause()).isEqualTo(Duration.ofMinutes(1));
    assertThat(verdict.why()).startsWith("delayed: the policy ").endsWith(" failed");

    policies.add(REFUSE);
    assertThat(policies.judge(PEER).why()).isEqualTo("refused: they are rude");
  }

  @Test
  void oneThatLacksAClassOrDecidesNothingDelaysToo() {
    policies.add(
        server -> {
          throw new NoClassDefFoundError("gone");
        });
    assertThat(policies.judge(PEER).pause()).isEqualTo(Duration.ofMinutes(1));

    Policies silent = new Policies();
    silent.add(server -> null);
    silent.add(ALLOW);
    assertThat(silent.judge(PEER).pause()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aDelayOfNothingIsNone() {
    assertThatThrownBy(() -> new Decision.Delay(Duration.ZERO, "now"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
