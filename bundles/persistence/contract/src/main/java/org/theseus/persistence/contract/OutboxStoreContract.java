package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;
import static org.theseus.persistence.contract.Samples.C;
import static org.theseus.persistence.contract.Samples.OTHER_ROOM;
import static org.theseus.persistence.contract.Samples.ROOM;
import static org.theseus.persistence.contract.Samples.id;
import static org.theseus.persistence.contract.Samples.ids;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.Destination.Portion;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.ClosedTransaction;
import org.theseus.persistence.api.OutboxStore.Outcome;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** What an outbox promises. */
public interface OutboxStoreContract extends StoreContract {
  private static long append(UnitOfWork unit, RoomId roomId, String name, ServerName... servers) {
    put(unit, roomId, name);
    return unit.outbox().append(roomId, id(name), Set.of(servers));
  }

  private static void put(UnitOfWork unit, RoomId roomId, String name, String... prevs) {
    OptionalLong state = OptionalLong.of(unit.states().save(Map.of()));
    StoredEvent event =
        Samples.event(name, roomId, StoredEvent.Outcome.ACCEPTED, state, Optional.empty(), prevs);
    unit.events().put(event, Placement.LIVE);
  }

  private static Destination fresh(ServerName server, long cursor, long lastMeant) {
    return new Destination(server, cursor, lastMeant, 0, 0, 0, 0, "", 0, Portion.NONE, 0, 0);
  }

  private static List<String> names(List<LoggedEvent> events) {
    return events.stream().map(event -> event.eventId().value().substring(1)).toList();
  }

  private static Destination of(UnitOfWork unit, ServerName server) {
    return unit.outbox().destination(server).orElseThrow();
  }

  private static OpenTransaction transaction(
      String txnId, long upTo, long upToEdu, String... pdus) {
    return new OpenTransaction(
        B, txnId, 99, upTo, ids(pdus), Samples.bytes("[{}]"), upToEdu, new byte[] {7, 8});
  }

  @Test
  default void logsWithoutGapsForItsRecipients() {
    in(
        unit -> {
          assertThat(append(unit, ROOM, "a", A, B)).isEqualTo(1);
          assertThat(append(unit, ROOM, "nobody")).isZero();
          assertThat(append(unit, OTHER_ROOM, "b", B)).isEqualTo(2);
          assertThat(append(unit, ROOM, "c", B, A)).isEqualTo(3);

          assertThat(names(unit.outbox().after(A, 0, 9))).containsExactly("a", "c");
          assertThat(names(unit.outbox().after(B, 0, 9))).containsExactly("a", "b", "c");
          assertThat(names(unit.outbox().after(B, 1, 1))).containsExactly("b");
          assertThat(unit.outbox().after(B, 3, 9)).isEmpty();
          assertThat(unit.outbox().after(C, 0, 9)).isEmpty();

          LoggedEvent b = unit.outbox().after(B, 1, 1).get(0);
          assertThat(b.position()).isEqualTo(2);
          assertThat(b.roomId()).isEqualTo(OTHER_ROOM);
          assertThat(new String(b.json(), StandardCharsets.UTF_8)).isEqualTo("{\"name\":\"b\"}");
        });
  }

  @Test
  default void logsAnEventOnce() {
    in(
        unit -> {
          append(unit, ROOM, "a", A);
          assertThat(unit.outbox().append(ROOM, id("a"), Set.of(A, B))).isEqualTo(1);
          assertThat(unit.outbox().after(B, 0, 9)).isEmpty();
          assertThat(append(unit, ROOM, "b", A)).isEqualTo(2);
        });
  }

  @Test
  default void readsLoggedEventsInTheOrderAskedFor() {
    in(
        unit -> {
          append(unit, ROOM, "a", A);
          append(unit, ROOM, "b", A);
          append(unit, ROOM, "c", A);

          assertThat(names(unit.outbox().logged(ids("c", "a", "b", "unknown"))))
              .containsExactly("c", "a", "b");
        });
  }

  @Test
  default void aNewDestinationStartsJustBeforeWhatIsMeantForIt() {
    in(
        unit -> {
          append(unit, ROOM, "a", A);
          append(unit, ROOM, "b", A, B);

          assertThat(of(unit, B)).isEqualTo(fresh(B, 1, 2));
          assertThat(unit.outbox().destination(C)).isEmpty();
          unit.outbox().remember(C);
          unit.outbox().remember(B);
          assertThat(of(unit, C)).isEqualTo(fresh(C, 2, 0));
          assertThat(of(unit, B).cursor()).isEqualTo(1);
          assertThat(unit.outbox().destinations())
              .extracting(Destination::server)
              .containsExactly(C, A, B);
        });
  }

  @Test
  default void notesHowSendingGoesAndNothingElse() {
    in(
        unit -> {
          append(unit, ROOM, "a", A);
          Portion portion = new Portion(25, 7, 8);
          unit.outbox()
              .update(new Destination(A, 77, 88, 3, 10, 20, 5, "refused", 11, portion, 99, 66));
          assertThat(of(unit, A))
              .isEqualTo(new Destination(A, 0, 1, 3, 10, 20, 5, "refused", 11, portion, 0, 0));
        });
  }

  @Test
  default void aTransactionIsFrozenUntilItIsClosed() {
    OpenTransaction opened = transaction("t1", 2, 0, "b", "a");
    in(
        unit -> {
          append(unit, ROOM, "a", B);
          append(unit, ROOM, "b", B);
          assertThat(unit.outbox().open(B)).isEmpty();
          unit.outbox().open(opened);
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.outbox().open(B)).get().usingRecursiveComparison().isEqualTo(opened);
          assertThatThrownBy(() -> unit.outbox().open(transaction("t2", 2, 0)))
              .isInstanceOf(IllegalStateException.class);
          assertThat(of(unit, B).cursor()).isZero();
          assertThat(unit.outbox().owed(B)).isEqualTo(2);

          unit.outbox().close(opened, Outcome.DELIVERED, 5);

          assertThat(unit.outbox().open(B)).isEmpty();
          assertThat(of(unit, B).cursor()).isEqualTo(2);
          assertThat(unit.outbox().owed(B)).isZero();
          unit.outbox().open(transaction("t2", 2, 0));
        });
  }

  @Test
  default void closingAnotherTransactionDoesNothing() {
    in(
        unit -> {
          append(unit, ROOM, "a", B);
          unit.outbox().close(transaction("never", 1, 0, "a"), Outcome.DELIVERED, 5);
          unit.outbox().open(transaction("t1", 1, 0, "a"));
          unit.outbox().close(transaction("other", 1, 0, "a"), Outcome.DELIVERED, 5);

          assertThat(unit.outbox().open(B).orElseThrow().txnId()).isEqualTo("t1");
          assertThat(of(unit, B).cursor()).isZero();
        });
  }

  @Test
  default void tellsHowFarATransactionReached() {
    in(
        unit -> {
          append(unit, ROOM, "a", B);
          OpenTransaction first = transaction("t1", 1, 0, "a");
          unit.outbox().open(first);
          assertThat(unit.outbox().upTo(B, "t1")).hasValue(1);
          unit.outbox().close(first, Outcome.DELIVERED, 5);
          append(unit, ROOM, "b", B);
          unit.outbox().open(transaction("t2", 2, 0, "b"));

          assertThat(unit.outbox().upTo(B, "t1")).hasValue(1);
          assertThat(unit.outbox().upTo(B, "t2")).hasValue(2);
          assertThat(unit.outbox().upTo(B, "t3")).isEmpty();
          assertThat(unit.outbox().upTo(A, "t1")).isEmpty();
        });
  }

  @Test
  default void whatIsRefusedStaysOwedAndWhatIsGivenUpIsLeftToThePeer() {
    in(
        unit -> {
          append(unit, ROOM, "a", B);
          append(unit, ROOM, "b", B);
          long edu = unit.outbox().addEdu(B, Samples.bytes("1"));
          OpenTransaction both = transaction("t1", 2, edu, "a", "b");
          unit.outbox().open(both);
          unit.outbox().close(both, Outcome.REFUSED, 10);
          assertThat(of(unit, B).cursor()).isZero();
          assertThat(unit.outbox().edus(B, 9)).hasSize(1);
          assertThat(unit.outbox().owed(B)).isEqualTo(2);

          OpenTransaction first = transaction("t2", 1, edu, "a");
          unit.outbox().open(first);
          unit.outbox().close(first, Outcome.GIVEN_UP, 20);
          assertThat(of(unit, B).cursor()).isEqualTo(1);
          assertThat(of(unit, B).leftToPeer()).isEqualTo(1);
          assertThat(unit.outbox().edus(B, 9)).isEmpty();

          assertThat(unit.outbox().closed(B, 9))
              .containsExactly(
                  new ClosedTransaction("t2", 20, 1, Outcome.GIVEN_UP),
                  new ClosedTransaction("t1", 10, 2, Outcome.REFUSED));
          assertThat(unit.outbox().closed(B, 1)).hasSize(1);
          assertThat(unit.outbox().closed(A, 9)).isEmpty();
          assertThat(unit.outbox().upTo(B, "t1")).hasValue(0);
        });
  }

  @Test
  default void chosenIsOnlyWhatNoneOfTheOthersDescendsFrom() {
    in(
        unit -> {
          // given a room where another's event joins ours to ours, with a fork at the end
          log(unit, ROOM, "a");
          put(unit, ROOM, "theirs", "a");
          log(unit, ROOM, "b", "theirs");
          log(unit, ROOM, "left", "b");
          log(unit, ROOM, "right", "b");
          put(unit, ROOM, "merge", "left", "right");
          // and a room where they know all but the last, and one that others are told of
          log(unit, OTHER_ROOM, "x");
          append(unit, ROOM, "not theirs", A);

          unit.outbox().catchUp(B, 9);

          assertThat(names(unit.outbox().toCatchUp(B, 9))).containsExactly("left", "right", "x");
          assertThat(names(unit.outbox().toCatchUp(B, 1))).containsExactly("left");
          assertThat(of(unit, B).leftToPeer()).isEqualTo(2);
          assertThat(of(unit, B).catchingUpTo()).isEqualTo(5);
          assertThat(unit.outbox().owed(B)).isEqualTo(3);
        });
  }

  @Test
  default void aChoiceEndsWhenAllOfItIsDelivered() {
    in(
        unit -> {
          log(unit, ROOM, "a");
          log(unit, ROOM, "b", "a");
          log(unit, OTHER_ROOM, "x");
          unit.outbox().catchUp(B, 9);
          log(unit, ROOM, "c", "b");
          unit.outbox().catchUp(B, 9);
          assertThat(names(unit.outbox().toCatchUp(B, 9))).containsExactly("b", "x");

          OpenTransaction first = transaction("t1", 0, 0, "b");
          unit.outbox().open(first);
          unit.outbox().close(first, Outcome.DELIVERED, 1);
          assertThat(names(unit.outbox().toCatchUp(B, 9))).containsExactly("x");
          assertThat(of(unit, B).cursor()).isZero();
          assertThat(unit.outbox().owed(B)).isEqualTo(2);

          OpenTransaction last = transaction("t2", 3, 0, "x");
          unit.outbox().open(last);
          unit.outbox().close(last, Outcome.DELIVERED, 2);
          assertThat(unit.outbox().toCatchUp(B, 9)).isEmpty();
          assertThat(of(unit, B).cursor()).isEqualTo(3);
          assertThat(of(unit, B).catchingUpTo()).isZero();
          assertThat(unit.outbox().owed(B)).isEqualTo(1);
          assertThat(names(unit.outbox().after(B, 3, 9))).containsExactly("c");
        });
  }

  @Test
  default void whatIsLeftOfAChoiceThatWasPassedHindersNoOther() {
    in(
        unit -> {
          log(unit, ROOM, "a");
          log(unit, OTHER_ROOM, "x");
          unit.outbox().catchUp(B, 9);
          OpenTransaction all = transaction("t1", 2, 0, "a");
          unit.outbox().open(all);
          unit.outbox().close(all, Outcome.DELIVERED, 1);
          log(unit, ROOM, "b", "a");
          assertThat(unit.outbox().owed(B)).isEqualTo(1);

          unit.outbox().catchUp(B, 9);

          assertThat(names(unit.outbox().toCatchUp(B, 9))).containsExactly("b");
          assertThat(unit.outbox().owed(B)).isEqualTo(1);
        });
  }

  private static void log(UnitOfWork unit, RoomId roomId, String name, String... prevs) {
    put(unit, roomId, name, prevs);
    unit.outbox().append(roomId, id(name), Set.of(B));
  }

  @Test
  default void ofManyThatNothingJoinsTheNewestAreChosen() {
    in(
        unit -> {
          log(unit, ROOM, "a");
          log(unit, ROOM, "b");
          log(unit, ROOM, "c");
          assertThat(unit.outbox().isBehind(B, 3)).isTrue();
          assertThat(unit.outbox().isBehind(B, 4)).isFalse();
          assertThat(unit.outbox().isBehind(C, 1)).isFalse();
          append(unit, ROOM, "d", A);
          log(unit, ROOM, "e");
          assertThat(unit.outbox().isBehind(B, 5)).isFalse();

          unit.outbox().catchUp(B, 2);

          assertThat(names(unit.outbox().toCatchUp(B, 9))).containsExactly("c", "e");
          assertThat(of(unit, B).leftToPeer()).isEqualTo(2);
        });
  }

  @Test
  default void aNewerEduReplacesTheOlderOfItsKind() {
    in(
        unit -> {
          unit.outbox().addEdu(B, "receipt of alice", Samples.bytes("1"));
          long kept = unit.outbox().addEdu(B, Samples.bytes("2"));
          long other = unit.outbox().addEdu(B, "receipt of bob", Samples.bytes("3"));
          unit.outbox().addEdu(A, "receipt of alice", Samples.bytes("4"));
          long newer = unit.outbox().addEdu(B, "receipt of alice", Samples.bytes("5"));

          assertThat(unit.outbox().edus(B, 9))
              .extracting(QueuedEdu::id)
              .containsExactly(kept, other, newer);
          assertThat(unit.outbox().edus(A, 9)).hasSize(1);
        });
  }

  @Test
  default void queuesEdusPerDestinationAndDropsThoseSent() {
    in(
        unit -> {
          long first = unit.outbox().addEdu(B, Samples.bytes("1"));
          long other = unit.outbox().addEdu(A, Samples.bytes("x"));
          long second = unit.outbox().addEdu(B, Samples.bytes("2"));
          assertThat(unit.outbox().edus(B, 1))
              .usingRecursiveComparison()
              .isEqualTo(List.of(new QueuedEdu(first, Samples.bytes("1"))));
          OpenTransaction sent = transaction("t", of(unit, B).cursor(), first);
          unit.outbox().open(sent);
          unit.outbox().close(sent, Outcome.DELIVERED, 5);

          assertThat(unit.outbox().edus(B, 9)).extracting(QueuedEdu::id).containsExactly(second);
          assertThat(unit.outbox().edus(A, 9)).extracting(QueuedEdu::id).containsExactly(other);
          assertThat(unit.outbox().edus(C, 9)).isEmpty();
        });
  }

  @Test
  default void aLongLogEqualsAnOracle() {
    // given a plain list beside the store, many servers and rooms, and transactions now and then
    Random random = new Random(1889);
    List<ServerName> servers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      servers.add(ServerName.of("s" + i + ".example"));
    }
    List<Set<ServerName>> log = new ArrayList<>();
    Map<ServerName, Long> cursors = new HashMap<>();
    for (int i = 0; i < 400; i += 20) {
      int from = i;
      in(
          unit -> {
            for (int step = from; step < from + 20; step++) {
              Set<ServerName> recipients = new HashSet<>();
              for (int n = random.nextInt(4); n >= 0; n--) {
                recipients.add(servers.get(random.nextInt(servers.size())));
              }
              RoomId room = RoomId.of("!r" + random.nextInt(20) + ":a.example");
              append(unit, room, "e" + step, recipients.toArray(ServerName[]::new));
              log.add(recipients);
              ServerName lucky = servers.get(random.nextInt(servers.size()));
              sendSome(unit, lucky, step, random, cursors);
            }
          });
    }

    for (ServerName server : servers) {
      long cursor = cursors.getOrDefault(server, 0L);
      List<Long> meant = new ArrayList<>();
      for (int position = 1; position <= log.size(); position++) {
        if (position > cursor && log.get(position - 1).contains(server)) {
          meant.add((long) position);
        }
      }
      in(
          unit -> {
            List<LoggedEvent> after = unit.outbox().after(server, of(unit, server).cursor(), 999);
            assertThat(after).extracting(LoggedEvent::position).isEqualTo(meant);
            assertThat(unit.outbox().owed(server)).isEqualTo(meant.size());
            assertThat(unit.outbox().after(server, cursor, 3))
                .extracting(LoggedEvent::position)
                .isEqualTo(meant.subList(0, Math.min(3, meant.size())));
          });
    }
  }

  private static void sendSome(
      UnitOfWork unit, ServerName server, int step, Random random, Map<ServerName, Long> cursors) {
    long cursor = unit.outbox().destination(server).map(Destination::cursor).orElse(0L);
    List<LoggedEvent> some = unit.outbox().after(server, cursor, 1 + random.nextInt(5));
    if (!some.isEmpty()) {
      long upTo = some.get(some.size() - 1).position();
      OpenTransaction sent =
          new OpenTransaction(
              server,
              "t" + step,
              1,
              upTo,
              some.stream().map(LoggedEvent::eventId).toList(),
              new byte[0],
              0,
              new byte[32]);
      unit.outbox().open(sent);
      unit.outbox().close(sent, Outcome.DELIVERED, 5);
      cursors.put(server, upTo);
    }
  }
}
