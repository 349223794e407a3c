package org.theseus.transaction.core.policy;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.DestinationPolicy;
import org.theseus.transaction.api.DestinationPolicy.Decision;
import org.theseus.transaction.core.outbox.Policy;

/** The policies that are there now, as one: the strictest decides. */
public final class Policies implements Policy {
  private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration UNTIL_ASKED_AGAIN = Duration.ofHours(1);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  private final List<DestinationPolicy> policies = new CopyOnWriteArrayList<>();

  /** Heeds a policy from now on. */
  public void add(DestinationPolicy policy) {
    policies.add(policy);
  }

  /** Heeds a policy no more. */
  public void remove(DestinationPolicy policy) {
    policies.remove(policy);
  }

  @Override
  public Verdict judge(ServerName destination) {
    Decision strictest =
        policies.stream()
            .map(policy -> decision(policy, destination))
            .max(Comparator.comparing(Policies::strictness))
            .orElseGet(Decision.Allow::new);
    return new Verdict(pause(strictest), reason(strictest));
  }

  private static Decision decision(DestinationPolicy policy, ServerName destination) {
    try {
      return Objects.requireNonNull(policy.judge(destination), "decided nothing");
    } catch (RuntimeException | Error failed) {
      LOG.warn("{} cannot decide about {}", policy, destination, failed);
      return new Decision.Delay(
          AFTER_FAILURE, "the policy " + policy.getClass().getName() + " failed");
    }
  }

  private static Duration strictness(Decision decision) {
    return decision instanceof Decision.Refuse ? FOR_EVER : pause(decision);
  }

  private static Duration pause(Decision decision) {
    if (decision instanceof Decision.Delay delay) {
      return delay.time().compareTo(LONGEST) < 0 ? delay.time() : LONGEST;
    }
    return decision instanceof Decision.Refuse ? UNTIL_ASKED_AGAIN : Duration.ZERO;
  }

  private static String reason(Decision decision) {
    if (decision instanceof Decision.Delay delay) {
      return "delayed: " + delay.reason();
    }
    return decision instanceof Decision.Refuse refusal ? "refused: " + refusal.reason() : "";
  }
}
