package org.theseus.messaging.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/**
 * What users do. Users are ours unless said otherwise; any localpart may be used, accounts are the
 * business of whoever calls. What has completed normally is durable. While a layer underneath is
 * being replaced calls wait for it, up to 20 s. Safe for many threads.
 *
 * <p>Stages complete exceptionally with {@link org.theseus.protocol.api.MatrixException} where the
 * answer is no for good ({@code M_FORBIDDEN}, {@code M_NOT_FOUND}, {@code M_INVALID_PARAM}, a
 * peer's own error), and with {@link org.theseus.protocol.api.TransientException} where trying
 * later may help.
 */
@ProviderType
public interface Messaging {
  /**
   * Makes a room.
   *
   * @param room what it is to be
   * @return its id
   */
  CompletionStage<RoomId> create(CreateRoom room);

  /**
   * Joins a room, through another server if we are not in it.
   *
   * @param user who joins
   * @param room the room
   * @param via servers that may be in it, asked in this order; the room id's own is tried last
   * @return the room's id
   */
  CompletionStage<RoomId> join(UserId user, RoomId room, List<ServerName> via);

  /**
   * Joins a room by an alias.
   *
   * @param user who joins
   * @param alias the alias, of any server
   * @param via servers that may be in the room, asked before those the alias's server names
   * @return the room's id
   */
  CompletionStage<RoomId> join(UserId user, RoomAlias alias, List<ServerName> via);

  /**
   * Invites a user, of any server.
   *
   * @param user who invites
   * @param room the room
   * @param invitee who is invited
   * @return the id of the invite
   */
  CompletionStage<EventId> invite(UserId user, RoomId room, UserId invitee);

  /**
   * Leaves a room, or refuses an invite.
   *
   * @param user who leaves
   * @param room the room
   * @return the id of the leave
   */
  CompletionStage<EventId> leave(UserId user, RoomId room);

  /**
   * Sends an event of any type.
   *
   * @param user who sends
   * @param room the room
   * @param type the event type
   * @param stateKey the state key, present if and only if it is to be state
   * @param content the content
   * @return its id
   */
  CompletionStage<EventId> send(
      UserId user, RoomId room, String type, Optional<String> stateKey, JsonObject content);

  /**
   * Redacts an event.
   *
   * @param user who redacts
   * @param room the room
   * @param event the event
   * @return the id of the redaction
   */
  CompletionStage<EventId> redact(UserId user, RoomId room, EventId event);

  /**
   * Lists the rooms we have, or had, to do with.
   *
   * @return the rooms, by id
   */
  CompletionStage<List<RoomSummary>> rooms();

  /**
   * Lists the memberships of one of our users, invites from rooms we are not in among them.
   *
   * @param user our user
   * @return the member events in force, by room id; completes exceptionally with {@code
   *     M_FORBIDDEN} if the user is not ours
   */
  CompletionStage<List<RoomEvent>> memberships(UserId user);

  /**
   * Reads the state in force.
   *
   * @param room the room
   * @return its events, by type and state key
   */
  CompletionStage<List<RoomEvent>> state(RoomId room);

  /**
   * Reads the newest events.
   *
   * @param room the room
   * @param limit the most events
   * @return the events, oldest first
   */
  CompletionStage<List<RoomEvent>> timeline(RoomId room, int limit);

  /**
   * Fetches history before what we have.
   *
   * @param room the room
   * @param limit about how many events, at most 10,000
   * @return how many were added
   */
  CompletionStage<Integer> backfill(RoomId room, int limit);

  /**
   * Finds the room an alias stands for.
   *
   * @param alias the alias, of any server
   * @return the room and servers that are in it
   */
  CompletionStage<AliasTarget> resolve(RoomAlias alias);

  /**
   * What an alias stands for.
   *
   * @param roomId the room
   * @param servers servers that are in it
   */
  record AliasTarget(RoomId roomId, List<ServerName> servers) {
    /** Copies the list. */
    public AliasTarget {
      servers = List.copyOf(servers);
    }
  }
}
