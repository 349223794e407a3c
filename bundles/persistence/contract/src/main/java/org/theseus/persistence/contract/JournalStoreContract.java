package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;
import static org.theseus.persistence.contract.Samples.C;
import static org.theseus.persistence.contract.Samples.OTHER_ROOM;
import static org.theseus.persistence.contract.Samples.ROOM;
import static org.theseus.persistence.contract.Samples.id;
import static org.theseus.persistence.contract.Samples.journaled;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.protocol.api.ServerName;

/** What a journal of PDUs promises. */
public interface JournalStoreContract extends StoreContract {
  private static List<String> names(List<JournaledPdu> pdus) {
    return pdus.stream().map(pdu -> pdu.eventId().value().substring(1)).toList();
  }

  private static JournaledPdu unverified(String name, ServerName origin) {
    return JournaledPdu.received(ROOM, id(name), origin, Samples.bytes("{}"), false, 5);
  }

  @Test
  default void givesBackAPduAsItWasAdded() {
    JournaledPdu added =
        new JournaledPdu(
            OTHER_ROOM,
            id("e"),
            C,
            Samples.bytes("{\"\ud83d\ude80\":1}"),
            false,
            11,
            3,
            44,
            "no key",
            true);
    in(unit -> assertThat(unit.journal().add(added)).isTrue());
    close();
    open();

    in(
        unit ->
            assertThat(unit.journal().find(OTHER_ROOM, id("e")))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(added));
  }

  @Test
  default void addsAPduOnce() {
    in(
        unit -> {
          assertThat(unit.journal().add(journaled("e", 1))).isTrue();
          assertThat(unit.journal().add(unverified("e", A))).isFalse();
          assertThat(unit.journal().find(ROOM, id("e")).orElseThrow().origin()).isEqualTo(B);
        });
  }

  @Test
  default void listsWhatIsDueInOrderOfReceipt() {
    in(
        unit -> {
          // given PDUs whose times do not follow the order of receipt
          unit.journal().add(journaled("late", 30));
          unit.journal().add(journaled("first", 20));
          unit.journal().add(journaled("second", 10));
          unit.journal().add(journaled("third", 20));

          assertThat(names(unit.journal().due(ROOM, 20, 10)))
              .containsExactly("first", "second", "third");
          assertThat(names(unit.journal().due(ROOM, 20, 2))).containsExactly("first", "second");
          assertThat(names(unit.journal().due(ROOM, 30, 1))).containsExactly("late");
          assertThat(unit.journal().due(ROOM, 9, 10)).isEmpty();
          assertThat(unit.journal().due(OTHER_ROOM, 99, 10)).isEmpty();
          assertThat(unit.journal().nextDue(ROOM, 0)).contains(10L);
          assertThat(unit.journal().nextDue(ROOM, 10)).contains(20L);
          assertThat(unit.journal().nextDue(ROOM, 30)).isEmpty();
          assertThat(unit.journal().nextDue(OTHER_ROOM, 0)).isEmpty();
        });
  }

  @Test
  default void aDeferredPduKeepsItsPlace() {
    in(
        unit -> {
          unit.journal().add(journaled("a", 1));
          unit.journal().add(journaled("b", 1));
          JournaledPdu a = unit.journal().find(ROOM, id("a")).orElseThrow();

          unit.journal().update(a.deferredUntil(50, "prevs are missing"));

          assertThat(names(unit.journal().due(ROOM, 49, 10))).containsExactly("b");
          assertThat(names(unit.journal().due(ROOM, 50, 10))).containsExactly("a", "b");
          JournaledPdu deferred = unit.journal().find(ROOM, id("a")).orElseThrow();
          assertThat(deferred.attempts()).isEqualTo(1);
          assertThat(deferred.nextAttemptTs()).isEqualTo(50);
          assertThat(deferred.problem()).isEqualTo("prevs are missing");
        });
  }

  @Test
  default void quarantineIsOutOfTheWay() {
    in(
        unit -> {
          unit.journal().add(journaled("bad", 1));
          unit.journal()
              .add(JournaledPdu.received(OTHER_ROOM, id("ok"), B, Samples.bytes("{}"), true, 9));
          JournaledPdu bad = unit.journal().find(ROOM, id("bad")).orElseThrow();

          unit.journal().update(bad.quarantinedBecause("it throws"));

          assertThat(unit.journal().due(ROOM, 99, 10)).isEmpty();
          assertThat(unit.journal().nextDue(ROOM, 0)).isEmpty();
          assertThat(unit.journal().rooms()).containsExactly(OTHER_ROOM);
          assertThat(names(unit.journal().quarantined(10))).containsExactly("bad");
          assertThat(unit.journal().quarantined(0)).isEmpty();
        });
  }

  @Test
  default void findsAndReleasesWhatIsInQuarantine() {
    in(
        unit -> {
          unit.journal().add(journaled("bad", 1));
          unit.journal().add(journaled("good", 1));
          JournaledPdu bad = unit.journal().find(ROOM, id("bad")).orElseThrow();
          unit.journal().update(bad.quarantinedBecause("it throws"));
          JournaledPdu found = unit.journal().quarantined(id("bad")).orElseThrow();
          assertThat(found.problem()).isEqualTo("it throws");
          assertThat(unit.journal().quarantined(id("good"))).isEmpty();

          unit.journal().update(found.released(50));

          assertThat(unit.journal().quarantined(id("bad"))).isEmpty();
          assertThat(names(unit.journal().due(ROOM, 49, 10))).containsExactly("good");
          assertThat(names(unit.journal().due(ROOM, 50, 10)))
              .containsExactlyInAnyOrder("bad", "good");
          assertThat(unit.journal().find(ROOM, id("bad")).orElseThrow().attempts()).isZero();
        });
  }

  @Test
  default void removesWhatOneServerSentOfOneRoom() {
    in(
        unit -> {
          // given PDUs of two rooms and two servers, one in quarantine
          unit.journal().add(unverified("c1", C));
          unit.journal().add(unverified("c2", C).quarantinedBecause("it throws"));
          unit.journal().add(unverified("b", B));
          unit.journal()
              .add(JournaledPdu.received(OTHER_ROOM, id("c"), C, Samples.bytes("{}"), true, 9));
          assertThat(unit.journal().origins(ROOM)).containsExactlyInAnyOrder(B, C);

          unit.journal().removeAll(ROOM, C);

          assertThat(unit.journal().origins(ROOM)).containsExactly(B);
          assertThat(unit.journal().find(ROOM, id("c2"))).isEmpty();
          assertThat(names(unit.journal().due(ROOM, 99, 10))).containsExactly("b");
          assertThat(unit.journal().origins(OTHER_ROOM)).containsExactly(C);
          unit.journal().removeAll(ROOM, A);
          assertThat(unit.journal().origins(ROOM)).containsExactly(B);
        });
  }

  @Test
  default void beginsAnewWithAPduThatComesOutOfQuarantine() {
    in(
        unit -> {
          // given an unverified PDU that was given up
          unit.journal().add(unverified("bad", A));
          JournaledPdu bad = unit.journal().find(ROOM, id("bad")).orElseThrow();
          unit.journal().update(bad.quarantinedBecause("it throws"));
          assertThat(unit.journal().unverified(A)).isZero();

          // when it is received once more, from elsewhere
          JournaledPdu again = journaled("bad", 70);
          assertThat(unit.journal().add(again)).isTrue();

          // then it is due as if it were new
          assertThat(unit.journal().quarantined(10)).isEmpty();
          assertThat(unit.journal().due(ROOM, 70, 10))
              .usingRecursiveComparison()
              .isEqualTo(List.of(again));
          assertThat(unit.journal().add(unverified("bad", A))).isFalse();
        });
  }

  @Test
  default void removesWhatWasProcessed() {
    in(
        unit -> {
          unit.journal().add(journaled("a", 1));
          unit.journal().remove(ROOM, id("a"));
          unit.journal().remove(ROOM, id("never there"));

          assertThat(unit.journal().find(ROOM, id("a"))).isEmpty();
          assertThat(unit.journal().rooms()).isEmpty();
          assertThat(unit.journal().add(journaled("a", 2))).isTrue();
        });
  }

  @Test
  default void countsWhatIsUnverifiedPerOrigin() {
    in(
        unit -> {
          unit.journal().add(unverified("a", A));
          unit.journal().add(unverified("b", A));
          unit.journal().add(unverified("c", C));
          unit.journal().add(journaled("d", 1));
          assertThat(unit.journal().unverified(A)).isEqualTo(2);
          assertThat(unit.journal().unverified(B)).isZero();

          JournaledPdu a = unit.journal().find(ROOM, id("a")).orElseThrow();
          unit.journal()
              .update(
                  new JournaledPdu(
                      a.roomId(),
                      a.eventId(),
                      a.origin(),
                      a.json(),
                      true,
                      a.receivedTs(),
                      a.attempts(),
                      a.nextAttemptTs(),
                      a.problem(),
                      a.quarantined()));

          assertThat(unit.journal().unverified(A)).isEqualTo(1);
        });
  }
}
