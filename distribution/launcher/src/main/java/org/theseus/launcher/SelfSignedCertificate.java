package org.theseus.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A certificate for trials, made by the JDK's own keytool. */
public final class SelfSignedCertificate {
  private static final String ALIAS = "theseus";

  private SelfSignedCertificate() {}

  /**
   * Makes a key pair and its certificate.
   *
   * @param keyStore the PKCS12 file to make
   * @param hosts the names and addresses it stands for
   * @return the certificate alone as PEM, for peers that shall trust it
   */
  public static String create(Path keyStore, String password, List<HostPort> hosts)
      throws IOException, InterruptedException, GeneralSecurityException, Failure {
    String names =
        hosts.stream()
            .map(host -> (host.isAddress() ? "ip:" : "dns:") + host.host())
            .distinct()
            .collect(Collectors.joining(","));
    String command =
        "-genkeypair -alias %s -keyalg EC -groupname secp256r1 -validity 825 -storetype PKCS12"
            .formatted(ALIAS);
    ProcessBuilder keytool = new ProcessBuilder(command.split(" ", -1));
    keytool.command().add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    keytool.command().addAll(List.of("-dname", "CN=Theseus trial certificate"));
    keytool.command().addAll(List.of("-ext", "san=" + names));
    keytool.command().addAll(List.of("-ext", "eku=serverAuth,clientAuth"));
    keytool.command().addAll(List.of("-keystore", keyStore.toString()));
    for (String quick : List.of("certPbe", "keyPbe", "mac")) {
      // the password lies beside: to derive keys from it slowly would only delay each start
      keytool.command().add("-J-Dkeystore.pkcs12.%sIterationCount=100".formatted(quick));
    }
    // by the environment, where other users of the machine cannot read it
    keytool.command().addAll(List.of("-storepass:env", "THESEUS_KEY_STORE_PASSWORD"));
    keytool.environment().put("THESEUS_KEY_STORE_PASSWORD", password);
    Process process = keytool.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw Failure.work("keytool could not make a certificate: " + output.strip());
    }
    return pem(keyStore, password);
  }

  private static String pem(Path keyStore, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, password.toCharArray());
    }
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return "-----BEGIN CERTIFICATE-----\n"
        + lines.encodeToString(store.getCertificate(ALIAS).getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }
}
