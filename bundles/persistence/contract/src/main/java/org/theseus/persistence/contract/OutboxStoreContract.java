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
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** What an outbox promises. */
public interface OutboxStoreContract extends StoreContract {
  private static long append(UnitOfWork unit, RoomId roomId, String name, ServerName... servers) {
    OptionalLong state = OptionalLong.of(unit.states().save(Map.of()));
    unit.events()
        .put(
            Samples.event(name, roomId, Outcome.ACCEPTED, state, Optional.empty()), Placement.LIVE);
    return unit.outbox().append(roomId, id(name), Set.of(servers));
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

          assertThat(of(unit, B)).isEqualTo(new Destination(B, 1, 2, 0, 0, 0, 0, ""));
          assertThat(unit.outbox().destination(C)).isEmpty();
          unit.outbox().remember(C);
          unit.outbox().remember(B);
          assertThat(of(unit, C)).isEqualTo(new Destination(C, 2, 0, 0, 0, 0, 0, ""));
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
          unit.outbox().update(new Destination(A, 77, 88, 3, 10, 20, 5, "refused"));
          assertThat(of(unit, A)).isEqualTo(new Destination(A, 0, 1, 3, 10, 20, 5, "refused"));
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

          unit.outbox().close(opened);

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
          unit.outbox().close(transaction("never", 1, 0, "a"));
          unit.outbox().open(transaction("t1", 1, 0, "a"));
          unit.outbox().close(transaction("other", 1, 0, "a"));

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
          unit.outbox().close(first);
          append(unit, ROOM, "b", B);
          unit.outbox().open(transaction("t2", 2, 0, "b"));

          assertThat(unit.outbox().upTo(B, "t1")).hasValue(1);
          assertThat(unit.outbox().upTo(B, "t2")).hasValue(2);
          assertThat(unit.outbox().upTo(B, "t3")).isEmpty();
          assertThat(unit.outbox().upTo(A, "t1")).isEmpty();
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
          unit.outbox().close(sent);

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
      unit.outbox().close(sent);
      cursors.put(server, upTo);
    }
  }
}
