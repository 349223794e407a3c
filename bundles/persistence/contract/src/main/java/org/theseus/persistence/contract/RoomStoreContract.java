package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.ALICE;
import static org.theseus.persistence.contract.Samples.B;
import static org.theseus.persistence.contract.Samples.BOB;
import static org.theseus.persistence.contract.Samples.C;
import static org.theseus.persistence.contract.Samples.OTHER_ROOM;
import static org.theseus.persistence.contract.Samples.ROOM;
import static org.theseus.persistence.contract.Samples.id;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.PendingJoin;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.protocol.api.RoomAlias;

/** What a store of rooms, aliases and memberships promises. */
public interface RoomStoreContract extends StoreContract {
  @Test
  default void storesAndChangesARoom() {
    in(
        unit -> {
          RoomRecord outside =
              new RoomRecord(ROOM, "12", Participation.OUTSIDE, OptionalLong.empty());
          unit.rooms().put(outside);
          assertThat(unit.rooms().find(ROOM)).contains(outside);
          assertThat(unit.rooms().find(OTHER_ROOM)).isEmpty();

          long state = unit.states().save(Map.of());
          for (Participation participation : Participation.values()) {
            RoomRecord changed = new RoomRecord(ROOM, "12", participation, OptionalLong.of(state));
            unit.rooms().put(changed);
            assertThat(unit.rooms().find(ROOM)).contains(changed);
          }
        });
  }

  @Test
  default void listsRoomsById() {
    in(
        unit -> {
          RoomRecord small = new RoomRecord(ROOM, "10", Participation.JOINED, OptionalLong.empty());
          RoomRecord capital =
              new RoomRecord(OTHER_ROOM, "12", Participation.LEFT, OptionalLong.empty());
          unit.rooms().put(small);
          unit.rooms().put(capital);

          assertThat(unit.rooms().all()).containsExactly(capital, small);
        });
  }

  @Test
  default void replacesExtremitiesAndKeepsTheTwoKindsApart() {
    in(
        unit -> {
          unit.rooms().setForwardExtremities(ROOM, Set.of(id("a"), id("b")));
          unit.rooms().setBackwardExtremities(ROOM, Set.of(id("b"), id("c")));
          unit.rooms().setForwardExtremities(OTHER_ROOM, Set.of(id("z")));

          unit.rooms().setForwardExtremities(ROOM, Set.of(id("b"), id("d")));

          assertThat(unit.rooms().forwardExtremities(ROOM))
              .containsExactlyInAnyOrder(id("b"), id("d"));
          assertThat(unit.rooms().backwardExtremities(ROOM))
              .containsExactlyInAnyOrder(id("b"), id("c"));
          assertThat(unit.rooms().forwardExtremities(OTHER_ROOM)).containsExactly(id("z"));

          unit.rooms().setBackwardExtremities(ROOM, Set.of());
          assertThat(unit.rooms().backwardExtremities(ROOM)).isEmpty();
        });
  }

  @Test
  default void keepsOneJoinPerRoomAndUser() {
    PendingJoin first =
        new PendingJoin(ROOM, ALICE, "12", id("j1"), Samples.bytes("{\"j\":1}"), List.of(C, A, B));
    PendingJoin again =
        new PendingJoin(ROOM, ALICE, "11", id("j2"), Samples.bytes("{\"j\":2}"), List.of());
    PendingJoin bobs =
        new PendingJoin(ROOM, BOB, "12", id("j3"), Samples.bytes("{\"j\":3}"), List.of(B));

    in(unit -> unit.rooms().putPendingJoin(first));
    close();
    open();
    in(
        unit -> {
          assertThat(unit.rooms().pendingJoins())
              .usingRecursiveComparison()
              .isEqualTo(List.of(first));
          unit.rooms().putPendingJoin(again);
          unit.rooms().putPendingJoin(bobs);
          assertThat(unit.rooms().pendingJoins())
              .usingRecursiveComparison()
              .ignoringCollectionOrder()
              .isEqualTo(List.of(again, bobs));
          unit.rooms().removePendingJoin(first);
          assertThat(unit.rooms().pendingJoins())
              .usingRecursiveComparison()
              .isEqualTo(List.of(bobs));
        });
  }

  @Test
  default void anAliasStandsForOneRoom() {
    RoomAlias ship = RoomAlias.of("#ship:a.example");
    RoomAlias argo = RoomAlias.of("#argo:a.example");
    in(
        unit -> {
          assertThat(unit.aliases().add(ship, ROOM)).isTrue();
          assertThat(unit.aliases().add(argo, ROOM)).isTrue();
          assertThat(unit.aliases().add(ship, OTHER_ROOM)).isFalse();

          assertThat(unit.aliases().find(ship)).contains(ROOM);
          assertThat(unit.aliases().of(ROOM)).containsExactlyInAnyOrder(argo, ship);
          assertThat(unit.aliases().of(OTHER_ROOM)).isEmpty();

          unit.aliases().remove(ship);
          assertThat(unit.aliases().find(ship)).isEmpty();
          assertThat(unit.aliases().add(ship, OTHER_ROOM)).isTrue();
        });
  }

  @Test
  default void notesMembershipsInPlaceOfThoseBefore() {
    in(
        unit -> {
          LocalMembership bobs = new LocalMembership(BOB, ROOM, "join", id("b"));
          LocalMembership left = new LocalMembership(ALICE, ROOM, "leave", id("a2"));
          unit.memberships().put(bobs);
          unit.memberships().put(new LocalMembership(ALICE, ROOM, "invite", id("a1")));
          unit.memberships().put(left);
          LocalMembership knocked = new LocalMembership(BOB, OTHER_ROOM, "knock", id("k"));
          unit.memberships().put(knocked);

          assertThat(unit.memberships().find(ALICE, ROOM)).contains(left);
          assertThat(unit.memberships().find(ALICE, OTHER_ROOM)).isEmpty();
          assertThat(unit.memberships().of(ROOM)).containsExactly(left, bobs);
          assertThat(unit.memberships().of(BOB)).containsExactlyInAnyOrder(bobs, knocked);
          assertThat(unit.memberships().of(ALICE)).containsExactly(left);
        });
  }
}
