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
   * Handles one EDU. May block for a query of the store. What it throws is logged and touches no
   * other EDU.
   *
   * @param origin the server that sent it
   * @param edu the EDU
   */
  void handle(ServerName origin, Edu edu);
}
