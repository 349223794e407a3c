package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.StateMaps;
import org.theseus.transaction.api.Outbox;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/** The layer as a component, for the other components of this bundle. */
@Component(service = PduLayer.class, immediate = true)
public final class PduLayer {
  private final RoomVersions versions;
  private final PduCore core;
  private final Runnable resume;

  /** Puts the layer together. */
  @Activate
  public PduLayer(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys keys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) KeyRing keyRing,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) FederationClient client,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) StateMaps maps,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Outbox outbox,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomVersions versions) {
    this.versions = versions;
    this.core =
        new PduCore(
            new PduCore.Base(
                local,
                keys,
                keyRing,
                client,
                database,
                json,
                maps,
                versions,
                outbox,
                System::currentTimeMillis));
    this.resume = core::start;
  }

  @Activate
  void start() {
    versions.whenAdded(resume);
    core.start();
  }

  @Deactivate
  void stop() {
    versions.forget(resume);
    core.close();
  }

  PduCore core() {
    return core;
  }
}
