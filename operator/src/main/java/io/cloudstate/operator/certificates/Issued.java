package io.cloudstate.operator.certificates;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A certificate and its private key, made here: an authority that signs itself, or what it issues
 * to a server (RFC 5280). Keys are on P-256, signatures ECDSA with SHA-256.
 */
record Issued(PrivateKey key, X509Certificate certificate) {

  /** For machines whose clocks are behind. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final byte[] SIGNATURE_ALGORITHM = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String SUBJECT_KEY = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final byte[] DIGITAL_SIGNATURE = {(byte) 0x80};
  private static final byte[] SIGNS_CERTIFICATES = {(byte) 0x06};
  private static final int DNS_NAME = 2;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An authority that may sign certificates of servers and no further authorities. */
  static Issued authority(Instant now, Duration validity) {
    var keys = newKeys();
    var name = name("cloudstate-operator webhook authority");
    var extensions =
        List.of(
            extension(
                BASIC_CONSTRAINTS,
                true,
                Der.sequence(Der.bool(true), Der.integer(BigInteger.ZERO))),
            extension(KEY_USAGE, true, Der.bits(1, SIGNS_CERTIFICATES)),
            extension(SUBJECT_KEY, false, Der.octets(keyId(keys.getPublic()))));
    return signed(keys, name, name, keys.getPrivate(), now, validity, extensions);
  }

  /** A certificate for a server of these names, the first of which is its subject's too. */
  Issued server(List<String> dnsNames, Instant now, Duration validity) {
    var keys = newKeys();
    var extensions = new ArrayList<byte[]>();
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
    extensions.add(extension(KEY_USAGE, true, Der.bits(7, DIGITAL_SIGNATURE)));
    extensions.add(
        extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER_AUTHENTICATION))));
    extensions.add(extension(ALTERNATIVE_NAME, false, alternativeNames(dnsNames)));
    extensions.add(extension(SUBJECT_KEY, false, Der.octets(keyId(keys.getPublic()))));
    extensions.add(
        extension(
            AUTHORITY_KEY,
            false,
            Der.sequence(Der.context(0, false, keyId(certificate.getPublicKey())))));
    return signed(
        keys,
        certificate.getSubjectX500Principal().getEncoded(),
        name(dnsNames.get(0)),
        key,
        now,
        validity,
        extensions);
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no keys on P-256", e);
    }
  }

  private static Issued signed(
      KeyPair keys,
      byte[] issuer,
      byte[] subject,
      PrivateKey issuersKey,
      Instant now,
      Duration validity,
      List<byte[]> extensions) {
    var content =
        Der.sequence(
            Der.context(0, true, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(127, RANDOM).setBit(120)),
            SIGNATURE_ALGORITHM,
            issuer,
            Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(now.plus(validity))),
            subject,
            keys.getPublic().getEncoded(),
            Der.context(3, true, Der.sequence(extensions.toArray(byte[][]::new))));
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(issuersKey, RANDOM);
      signature.update(content);
      var der = Der.sequence(content, SIGNATURE_ALGORITHM, Der.bits(signature.sign()));
      return new Issued(keys.getPrivate(), Pem.certificate(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }

  private static byte[] name(String commonName) {
    // 64 characters are the most that a common name may have
    var name = commonName.substring(0, Math.min(commonName.length(), 64));
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(name))));
  }

  private static byte[] alternativeNames(List<String> dnsNames) {
    return Der.sequence(
        dnsNames.stream()
            .map(name -> Der.context(DNS_NAME, false, name.getBytes(StandardCharsets.US_ASCII)))
            .toArray(byte[][]::new));
  }

  private static byte[] extension(String oid, boolean isCritical, byte[] value) {
    return isCritical
        ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  /** Any name of a key will do that is the same in both places. */
  private static byte[] keyId(PublicKey key) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return Arrays.copyOf(hash, 20);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no SHA-256", e);
    }
  }

  /** Whether the key is the certificate's. */
  boolean belongsTogether() {
    try {
      var algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      var sample = certificate.getEncoded();
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  boolean isIssuedBy(X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  List<String> dnsNames() {
    try {
      return Objects.requireNonNullElse(
              certificate.getSubjectAlternativeNames(), List.<List<?>>of())
          .stream()
          .filter(name -> Integer.valueOf(DNS_NAME).equals(name.get(0)))
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    } catch (GeneralSecurityException e) {
      return List.of();
    }
  }

  /** The part of its life that is over: below 0 before it, above 1 after. */
  static double age(X509Certificate certificate, Instant now) {
    var from = certificate.getNotBefore().toInstant();
    var whole = Duration.between(from, certificate.getNotAfter().toInstant());
    return (double) Duration.between(from, now).toMillis() / whole.toMillis();
  }

  @Override
  public String toString() {
    return "Issued[" + certificate.getSubjectX500Principal() + "]";
  }
}
