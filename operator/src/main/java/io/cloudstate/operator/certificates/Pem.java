package io.cloudstate.operator.certificates;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Certificates and private keys as text. Keys may be PKCS #8, PKCS #1 or SEC 1: cert-manager writes
 * the latter two unless told otherwise.
 */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  static String of(List<X509Certificate> certificates) {
    return certificates.stream().map(Pem::of).collect(Collectors.joining());
  }

  private static String of(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }

  static String of(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  private static String block(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, LINES.encodeToString(content), type);
  }

  static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** All certificates of a text; at least one. */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    var certificates = new ArrayList<X509Certificate>();
    var blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals("CERTIFICATE")) {
        certificates.add(certificate(decoded(blocks.group(2))));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("no certificate (expected: -----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  /** The first private key of a text, which is that of a public key. */
  static PrivateKey key(String text, PublicKey publicKey) throws GeneralSecurityException {
    var blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      var content = decoded(blocks.group(2));
      var type = blocks.group(1);
      if (type.equals("PRIVATE KEY")) {
        return key(content, publicKey.getAlgorithm());
      }
      if (type.equals("RSA PRIVATE KEY") || type.equals("EC PRIVATE KEY")) {
        return key(wrapped(content, publicKey), publicKey.getAlgorithm());
      }
    }
    throw new GeneralSecurityException(
        "no private key (expected: -----BEGIN PRIVATE KEY-----, or with RSA or EC before PRIVATE)");
  }

  private static PrivateKey key(byte[] pkcs8, String algorithm) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** PKCS #8 around one of its predecessors; the public key names algorithm and curve. */
  private static byte[] wrapped(byte[] key, PublicKey publicKey) {
    return Der.sequence(
        Der.integer(BigInteger.ZERO), Der.firstWithin(publicKey.getEncoded()), Der.octets(key));
  }

  private static byte[] decoded(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64", e);
    }
  }
}
