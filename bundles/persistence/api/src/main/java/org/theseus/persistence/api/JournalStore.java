package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** What was received and acknowledged and is still to be processed. */
@ProviderType
public interface JournalStore {
  /**
   * Adds a PDU unless it is there already; one in quarantine is replaced, and so comes out of it.
   *
   * @param pdu the PDU
   * @return whether it was added
   */
  boolean add(JournaledPdu pdu);

  /**
   * Changes a PDU's record: its next attempt, its problem, whether it is verified.
   *
   * @param pdu the changed record
   */
  void update(JournaledPdu pdu);

  /**
   * Removes a PDU that was processed.
   *
   * @param roomId its room
   * @param eventId its id
   */
  void remove(RoomId roomId, EventId eventId);

  /**
   * Removes all PDUs of a room that a server sent us, those in quarantine too.
   *
   * @param roomId the room
   * @param origin the server
   */
  void removeAll(RoomId roomId, ServerName origin);

  /**
   * Lists the servers that sent us PDUs of a room, those in quarantine too.
   *
   * @param roomId the room
   * @return the servers
   */
  Set<ServerName> origins(RoomId roomId);

  /**
   * Finds a PDU.
   *
   * @param roomId its room
   * @param eventId its id
   * @return the record, or empty
   */
  Optional<JournaledPdu> find(RoomId roomId, EventId eventId);

  /**
   * Lists the PDUs of a room that are due, in order of receipt; not those in quarantine.
   *
   * @param roomId the room
   * @param nowTs the present time, in milliseconds since the epoch
   * @param limit the most PDUs
   * @return the records
   */
  List<JournaledPdu> due(RoomId roomId, long nowTs, int limit);

  /**
   * Lists the rooms that have PDUs outside quarantine.
   *
   * @return the rooms
   */
  Set<RoomId> rooms();

  /**
   * Tells when the next PDU of a room comes due.
   *
   * @param roomId the room
   * @param afterTs what is due by then does not count, in milliseconds since the epoch
   * @return the earliest later time outside quarantine, in milliseconds since the epoch, or empty
   *     if there is none
   */
  Optional<Long> nextDue(RoomId roomId, long afterTs);

  /**
   * Counts the PDUs whose signatures could not be verified yet, to cap them; not those in
   * quarantine.
   *
   * @param origin the server that sent them to us
   * @return how many wait, in all rooms
   */
  long unverified(ServerName origin);

  /**
   * Lists the PDUs in quarantine.
   *
   * @param limit the most PDUs
   * @return the records
   */
  List<JournaledPdu> quarantined(int limit);

  /**
   * Finds a PDU in quarantine.
   *
   * @param eventId its id
   * @return the record, or empty
   */
  Optional<JournaledPdu> quarantined(EventId eventId);

  /**
   * Adds a durable EDU.
   *
   * @param edu the EDU; its id is ignored
   * @return the id given
   */
  long addEdu(JournaledEdu edu);

  /**
   * Lists durable EDUs of one server in order of receipt; not those in quarantine.
   *
   * @param origin the server that sent them to us
   * @param types only these types
   * @param limit the most EDUs
   * @return the records
   */
  List<JournaledEdu> edus(ServerName origin, Set<String> types, int limit);

  /**
   * Lists the servers of which durable EDUs wait outside quarantine.
   *
   * @return the servers
   */
  Set<ServerName> eduOrigins();

  /**
   * Counts the durable EDUs of a server that wait outside quarantine, to cap them.
   *
   * @param origin the server that sent them to us
   * @param types only these types
   * @return how many wait
   */
  long waitingEdus(ServerName origin, Set<String> types);

  /**
   * Changes what is known of a durable EDU's attempts.
   *
   * @param edu the changed record
   */
  void updateEdu(JournaledEdu edu);

  /**
   * Gives a durable EDU up. The oldest in quarantine make room.
   *
   * @param edu the changed record
   * @param most how many are kept in quarantine
   */
  void quarantineEdu(JournaledEdu edu, int most);

  /**
   * Lists the durable EDUs in quarantine, in order of receipt.
   *
   * @param limit the most EDUs
   * @return the records
   */
  List<JournaledEdu> quarantinedEdus(int limit);

  /**
   * Removes a durable EDU that was handled.
   *
   * @param id its id
   */
  void removeEdu(long id);
}
