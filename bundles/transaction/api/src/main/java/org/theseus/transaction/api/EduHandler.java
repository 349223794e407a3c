package org.theseus.transaction.api;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.ServerName;

/**
 * Handles EDUs of some types. Its bundle names the types in its manifest, as capabilities {@value
 * #NAMESPACE} with the attribute {@code type}; EDUs of a type that no installed bundle names are
 * dropped and counted.
 */
@ConsumerType
public interface EduHandler {
  /** The namespace of the capability. */
  String NAMESPACE = "org.theseus.edu";

  /**
   * Tells what it handles; always the same.
   *
   * @return the EDU types
   */
  Set<String> types();

  /**
   * Handles one EDU. Called by one thread at a time, and for those types that must not be lost
   * ({@code m.direct_to_device}, {@code m.device_list_update}, {@code m.signing_key_update}) in the
   * order in which its origin sent them. May block for a query of the store; who takes longer than
   * half a minute is interrupted.
   *
   * <p>Others are handed over while there is room, and never one whose content is larger than 64
   * KiB.
   *
   * <p>What it throws touches no other EDU. One that must not be lost is handed over again, later
   * and a few times, before it is set aside; those behind it from the same origin wait until then.
   * Who cannot do it now, since something it needs is away, throws a {@link
   * org.theseus.protocol.api.TransientException}, and is asked again for as long as it does. Such
   * an EDU can also come again after a crash, so that handling it twice must do no harm.
   *
   * @param origin the server that sent it
   * @param edu the EDU
   */
  void handle(ServerName origin, Edu edu);
}
