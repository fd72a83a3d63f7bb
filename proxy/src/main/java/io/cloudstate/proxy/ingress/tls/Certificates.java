package io.cloudstate.proxy.ingress.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import io.cloudstate.proxy.config.ProxySettings.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the files of the TLS settings held when they were read.
 *
 * @param clientCas by which clients are checked; empty if they are not
 */
record Certificates(TlsKeyPair keyPair, List<X509Certificate> clientCas) {

  Certificates {
    clientCas = List.copyOf(clientCas);
  }

  /**
   * Reads and checks the files.
   *
   * @throws CertificatesUnusable that names the file
   */
  static Certificates read(Tls settings) {
    return of(settings, Contents.of(settings));
  }

  static Certificates of(Tls settings, Contents contents) {
    var keyPair = keyPair(settings, contents);
    return new Certificates(keyPair, clientCas(settings, contents));
  }

  /** When the certificate shown to clients expires. */
  Instant expires() {
    return keyPair.certificateChain().get(0).getNotAfter().toInstant();
  }

  private static TlsKeyPair keyPair(Tls settings, Contents contents) {
    var chain = certificates(settings.certificate(), contents.certificate());
    var pair = parsed(settings, contents);
    if (!belong(pair, chain.get(0))) {
      throw new CertificatesUnusable(
          "%s (expected: the key of the certificate in %s)"
              .formatted(settings.key(), settings.certificate()));
    }
    return pair;
  }

  private static TlsKeyPair parsed(Tls settings, Contents contents) {
    try {
      return TlsKeyPair.of(
          new ByteArrayInputStream(contents.key()),
          new ByteArrayInputStream(contents.certificate()));
    } catch (RuntimeException e) {
      throw new CertificatesUnusable(
          settings.key() + " (expected: a private key in PEM, not encrypted)", e);
    }
  }

  /** Whether what the key signs can be checked by the certificate. */
  private static boolean belong(TlsKeyPair pair, X509Certificate certificate) {
    var key = pair.privateKey();
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<X509Certificate> clientCas(Tls settings, Contents contents) {
    var file = settings.clientCa();
    return file.isPresent() ? certificates(file.get(), contents.clientCa()) : List.of();
  }

  private static List<X509Certificate> certificates(Path file, byte[] pem) {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw unusable(file, e);
    }
    throw unusable(file, null);
  }

  private static CertificatesUnusable unusable(Path file, @Nullable Exception cause) {
    var message = file + " (expected: certificates in PEM)";
    return cause == null
        ? new CertificatesUnusable(message)
        : new CertificatesUnusable(message, cause);
  }

  /** The files as they are, to be compared. */
  @SuppressWarnings("ArrayRecordComponent") // compared by isSame alone
  record Contents(byte[] certificate, byte[] key, byte[] clientCa) {

    static Contents of(Tls settings) {
      return new Contents(
          bytes(settings.certificate()),
          bytes(settings.key()),
          settings.clientCa().map(Contents::bytes).orElseGet(() -> new byte[0]));
    }

    boolean isSame(Contents other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(clientCa, other.clientCa);
    }

    private static byte[] bytes(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new CertificatesUnusable(file + " (expected: a file that can be read)", e);
      }
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Contents[<hidden>]";
    }
  }
}
