package io.cloudstate.proxy.testing;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** A certificate of its own making and its key, in files. */
public final class TlsFiles {

  private final Path certificate;
  private final Path key;
  private TlsKeyPair pair;

  private TlsFiles(Path certificate, Path key, TlsKeyPair pair) {
    this.certificate = certificate;
    this.key = key;
    this.pair = pair;
  }

  /** Writes two files in this directory. */
  public static TlsFiles in(Path directory, String name, String hostname) throws IOException {
    var files =
        new TlsFiles(
            directory.resolve(name + ".crt"),
            directory.resolve(name + ".key"),
            TlsKeyPair.ofSelfSigned(hostname));
    files.writeCertificate();
    files.writeKey();
    return files;
  }

  public Path certificate() {
    return certificate;
  }

  public Path key() {
    return key;
  }

  public TlsKeyPair pair() {
    return pair;
  }

  public X509Certificate x509() {
    return pair.certificateChain().get(0);
  }

  /** Another certificate and key; the files stay as they are. */
  public void renew(String hostname) {
    pair = TlsKeyPair.ofSelfSigned(hostname);
  }

  public void writeCertificate() throws IOException {
    try {
      write(certificate, "CERTIFICATE", x509().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public void writeKey() throws IOException {
    write(key, "PRIVATE KEY", pair.privateKey().getEncoded());
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    var temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        temporary,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines),
        StandardCharsets.US_ASCII);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
