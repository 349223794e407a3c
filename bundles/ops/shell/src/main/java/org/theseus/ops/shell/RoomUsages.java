package org.theseus.ops.shell;

/** What the commands about rooms are like. */
final class RoomUsages {
  static final Usage CREATE =
      Usage.of(
              1,
              1,
              """
              create USER [--room-version V] [--public] [--alias LOCALPART] [--json]

              Makes a room of which USER, one of this server's, is the first member, and prints its
              id. Without --public others join by invite; V is 12 if not given.
              """)
          .withSwitches("--public")
          .withFlags("--room-version", "--alias");
  static final Usage JOIN =
      Usage.of(
              2,
              2,
              """
              join USER ROOM_OR_ALIAS [--via SERVER ...] [--json]

              Joins a room and prints its id. If this server is not in it, it is joined through
              another that is: one of those named, the inviter's, or those the alias stands for.
              """)
          .withFlags("--via")
          .withLists("--via");
  static final Usage INVITE =
      Usage.of(
          3,
          3,
          """
          invite USER ROOM INVITEE [--json]

          Invites INVITEE, of any server, and prints the invite's event id.
          """);
  static final Usage LEAVE =
      Usage.of(
          2,
          2,
          """
          leave USER ROOM [--json]

          Leaves a room, or refuses an invite to it, and prints the leave's event id.
          """);
  static final Usage SEND =
      Usage.of(
              2,
              3,
              """
              send USER ROOM TEXT | --type TYPE [--state-key KEY] --content JSON [--json]

              Sends a text message, or an event of any type, and prints its event id. With
              --state-key, which may be empty, the event is state.
              """)
          .withFlags("--type", "--state-key", "--content");
  static final Usage REDACT =
      Usage.of(
          3,
          3,
          """
          redact USER ROOM EVENT [--json]

          Removes the content of an event and prints the redaction's event id.
          """);
  static final Usage ROOMS =
      Usage.of(
          0,
          0,
          """
          rooms [--json]

          Lists the rooms this server is in or has to do with: id, version, its part in it, number
          of joined users, name.
          """);
  static final Usage MEMBERSHIPS =
      Usage.of(
          1,
          1,
          """
          memberships USER [--json]

          Lists the rooms a user of this server is in, was in or is invited to: id, membership, and
          who last changed it.
          """);
  static final Usage STATE =
      Usage.of(
          1,
          1,
          """
          state ROOM [--json]

          Prints the state in force: type, state key and content of each event.
          """);
  static final Usage TIMELINE =
      Usage.of(
              1,
              1,
              """
              timeline ROOM [--limit N] [--json]

              Prints the newest events, oldest first: id, sender, and text or type and content. N is
              20 if not given.
              """)
          .withFlags("--limit");

  static final Usage BACKFILL =
      Usage.of(
              1,
              1,
              """
              backfill ROOM [--limit N] [--json]

              Fetches about N events of history from before what we have, and prints how many came.
              N is 100 if not given, at most 10,000.
              """)
          .withFlags("--limit");

  private RoomUsages() {}
}
