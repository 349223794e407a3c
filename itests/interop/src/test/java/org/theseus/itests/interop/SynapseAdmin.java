package org.theseus.itests.interop;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.theseus.protocol.api.JsonObject;

/** What only the administrator of a Synapse may ask. */
final class SynapseAdmin {
  private static final String SECRET = "for tests"; // as in homeserver.yaml
  private static final String NAME = "admin";
  private static final String PASSWORD = "a password of admin";

  private final ClientApi api;
  private String token = "";

  SynapseAdmin(ClientApi api) {
    this.api = api;
  }

  /** Whether the last attempt to reach a server failed, and it is left alone for some time. */
  synchronized boolean leavesAlone(String server) throws Exception {
    if (token.isEmpty()) {
      token = registered();
    }
    String path = ClientApi.adminPath("federation", "destinations", server);
    JsonObject destination = api.getObject(token, path);
    return destination.integer("retry_interval").orElseThrow() != 0
        || destination.integer("failure_ts").isPresent();
  }

  private String registered() throws Exception {
    String path = ClientApi.adminPath("register");
    String nonce = api.getObject("", path).string("nonce").orElseThrow();
    JsonObject account =
        JsonObject.builder()
            .put("nonce", nonce)
            .put("username", NAME)
            .put("password", PASSWORD)
            .put("admin", true)
            .put("mac", mac(String.join("\0", nonce, NAME, PASSWORD, "admin")))
            .build();
    return api.post("", path, account).string("access_token").orElseThrow();
  }

  private static String mac(String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
