package io.cloudstate.proxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;

/** A certificate that signs itself and that all nodes of a test share, as files in PEM. */
public final class NodeCertificate {

  private static final String ALIAS = "node";
  private static final String PASSWORD = "not-secret";

  private NodeCertificate() {}

  /** Makes one. Returns the settings of nodes that use it. */
  public static Map<String, String> create(Path directory) {
    try {
      var store = directory.resolve("node.p12");
      keytool(store);
      var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      var key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
      var certificate = keys.getCertificate(ALIAS).getEncoded();
      var cert = write(directory.resolve("node.crt"), "CERTIFICATE", certificate);
      return Map.of(
          "cluster.tls.cert", cert,
          "cluster.tls.ca-cert", cert,
          "cluster.tls.key", write(directory.resolve("node.key"), "PRIVATE KEY", key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void keytool(Path store) throws IOException, InterruptedException {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var exit =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-dname",
                "CN=node",
                "-ext",
                "bc:c",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new AssertionError("keytool ends with " + exit);
    }
  }

  private static String write(Path file, String what, byte[] bytes) throws IOException {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    var pem = "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, lines);
    Files.writeString(file, pem, StandardCharsets.US_ASCII);
    return file.toString();
  }
}
