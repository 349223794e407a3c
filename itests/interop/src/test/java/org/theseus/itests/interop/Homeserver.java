package org.theseus.itests.interop;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.theseus.protocol.api.JsonObject;

/** A server as its users see it, whoever wrote it. Every call throws if the server says no. */
interface Homeserver extends AutoCloseable {
  /** Its server name. */
  String name();

  /** Names one of its users, who exists afterwards. */
  String user(String localpart) throws Exception;

  void start() throws Exception;

  /** Stops it, if it runs, as its administrator would; it must do so in time. */
  void stop();

  @Override
  default void close() {
    stop();
  }

  /** Ends it without a word of warning (SIGKILL). */
  void kill() throws Exception;

  /** Makes a room that everybody may join, or that needs an invite. */
  String create(String user, String roomVersion, boolean open) throws Exception;

  void join(String user, String room, String via) throws Exception;

  void invite(String user, String room, String invitee) throws Exception;

  /** Whether a user of this server has an invite to a room. */
  boolean isInvited(String user, String room) throws Exception;

  /** Leaves a room, or rejects the invite to it. */
  void leave(String user, String room) throws Exception;

  /** Sends a text and tells its event id. */
  String say(String user, String room, String text) throws Exception;

  /** Sends a state event and tells its event id. */
  String set(String user, String room, String type, JsonObject content) throws Exception;

  /** Takes an event back and tells the redaction's event id. */
  String redact(String user, String room, String event) throws Exception;

  /** The state in force: {@code type|state key|event id}. */
  Set<String> state(String user, String room) throws Exception;

  /** The content of a state event in force. */
  JsonObject content(String user, String room, String type, String stateKey) throws Exception;

  /** The timeline as clients see it, oldest first; each event has its {@code event_id}. */
  List<JsonObject> timeline(String user, String room) throws Exception;

  /** Which of these recent events it has; it fetches none of them to tell. */
  Set<String> held(String user, String room, Collection<String> events) throws Exception;

  /** Has the server fetch what it lacks of a room's history, if it must be asked to. */
  void fetchHistory(String user, String room) throws Exception;
}
