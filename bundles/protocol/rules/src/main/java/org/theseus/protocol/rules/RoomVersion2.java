package org.theseus.protocol.rules;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMaps;

/**
 * Offers room version 2.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v2/">Room version 2</a>
 */
@Component(service = RoomVersion.class, property = RoomVersion.VERSION + "=2")
public final class RoomVersion2 extends RulesRoomVersion {
  /**
   * Makes the service.
   *
   * @param ed25519 verifies signatures
   * @param maps makes the resolved states
   */
  @Activate
  public RoomVersion2(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Ed25519 ed25519,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) StateMaps maps) {
    super(VersionRules.V2, ed25519, maps);
  }
}
