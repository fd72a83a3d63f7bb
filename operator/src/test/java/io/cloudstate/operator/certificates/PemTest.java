package io.cloudstate.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

  private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static String block(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), type);
  }

  /** What is within PKCS #8: version, algorithm, and in an octet string the older format. */
  private static byte[] older(KeyPair keys) {
    var pkcs8 = keys.getPrivate().getEncoded();
    var algorithm = Der.firstWithin(keys.getPublic().getEncoded());
    var octets = 0;
    for (int i = 0; i + algorithm.length <= pkcs8.length; i++) {
      if (Arrays.equals(algorithm, Arrays.copyOfRange(pkcs8, i, i + algorithm.length))) {
        octets = i + algorithm.length;
      }
    }
    return Der.firstWithin(
        Der.sequence(Der.firstWithin(Arrays.copyOfRange(pkcs8, octets, pkcs8.length))));
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048, RSA PRIVATE KEY", "EC, 256, EC PRIVATE KEY", "EC, 384, EC PRIVATE KEY"})
  void keysAsCertManagerWritesThemAreRead(String algorithm, int bits, String type)
      throws GeneralSecurityException {
    // Given
    var keys = pair(algorithm, bits);
    // When
    var read = Pem.key(block(type, older(keys)), keys.getPublic());
    // Then
    assertThat(read).isEqualTo(keys.getPrivate());
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256"})
  void keysAreReadAsTheyWereWritten(String algorithm, int bits) throws GeneralSecurityException {
    var keys = pair(algorithm, bits);
    assertThat(Pem.key("some text\n" + Pem.of(keys.getPrivate()), keys.getPublic()))
        .isEqualTo(keys.getPrivate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
      })
  void whatIsNoKeyIsRefused(String text) throws GeneralSecurityException {
    var keys = pair("EC", 256);
    assertThatThrownBy(() -> Pem.key(text, keys.getPublic()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      })
  void whatIsNoCertificateIsRefused(String text) {
    assertThatThrownBy(() -> Pem.certificates(text)).isInstanceOf(GeneralSecurityException.class);
  }
}
