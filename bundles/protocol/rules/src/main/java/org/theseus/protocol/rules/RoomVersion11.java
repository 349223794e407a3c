package org.theseus.protocol.rules;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMaps;

/**
 * Offers room version 11.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v11/">Room version 11</a>
 */
@Component(service = RoomVersion.class, property = RoomVersion.VERSION + "=11")
public final class RoomVersion11 extends RulesRoomVersion {
  /**
   * Makes the service.
   *
   * @param ed25519 verifies signatures
   * @param maps makes the resolved states
   */
  @Activate
  public RoomVersion11(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Ed25519 ed25519,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) StateMaps maps) {
    super(VersionRules.V11, ed25519, maps);
  }
}
