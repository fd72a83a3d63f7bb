package io.cloudstate.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.certificates.Authority.Terms;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Of operator.md 14, gap 1: the webhook needs no cert-manager, and its certificate never ends. */
class AuthorityTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Terms TERMS =
      new Terms(
          List.of("webhook.system.svc", "webhook.system.svc.cluster.local"), Duration.ofDays(90));

  /** As strict as the JDK is: signatures, validity, constraints, usages. */
  private static void validate(X509Certificate server, List<X509Certificate> trusted, Instant when)
      throws GeneralSecurityException {
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(server));
    var parameters =
        new PKIXParameters(
            trusted.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(when));
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  @Test
  void freshCertificateIsForTheServiceAndServersAlone() throws GeneralSecurityException {
    // When
    var authority = Authority.fresh(TERMS, START);
    // Then
    var server = authority.server().certificate();
    validate(server, authority.trusted(), START);
    assertThat(authority.server().dnsNames()).isEqualTo(TERMS.dnsNames());
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofDays(90)));
    assertThat(server.getVersion()).isEqualTo(3);
    assertThat(server.getSerialNumber()).isPositive();
    var newest = authority.newest().certificate();
    assertThat(newest.getBasicConstraints()).isZero();
    assertThat(newest.getKeyUsage()[5]).as("signs certificates").isTrue();
    assertThat(newest.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
  }

  @Test
  void timesAfter2049AreWrittenToo() throws GeneralSecurityException {
    var late = Instant.parse("2049-12-31T12:00:00Z");
    var authority = Authority.fresh(TERMS, late);
    validate(authority.server().certificate(), authority.trusted(), late);
    assertThat(authority.server().certificate().getNotAfter().toInstant())
        .isEqualTo(late.plus(Duration.ofDays(90)));
  }

  @Test
  void nothingChangesAsLongAsNothingIsDue() {
    var authority = Authority.fresh(TERMS, START);
    assertThat(authority.next(TERMS, START.plus(Duration.ofDays(59)))).isSameAs(authority);
  }

  /** Callers learn of an authority late; with each step they know only what was before it. */
  @Test
  void inTenYearsNoCallerMeetsACertificateThatItCannotCheck() throws GeneralSecurityException {
    var step = TERMS.validity().dividedBy(48);
    var authority = Authority.fresh(TERMS, START);
    var servers = new HashMap<X509Certificate, Instant>();
    var authorities = new HashMap<X509Certificate, Instant>();
    var known = authority.trusted();
    for (var now = START; now.isBefore(START.plus(Duration.ofDays(3650))); now = now.plus(step)) {
      authority = authority.next(TERMS, now);
      validate(authority.server().certificate(), known, now);
      assertThat(authority.trusted().size()).isLessThanOrEqualTo(2);
      known = authority.trusted();
      servers.putIfAbsent(authority.server().certificate(), now);
      authorities.putIfAbsent(authority.newest().certificate(), now);
    }
    assertThat(servers).hasSizeBetween(60, 75);
    assertThat(authorities).hasSizeBetween(15, 17);
  }

  @Test
  void anOperatorThatWasAwayForLongHasAValidCertificateAtOnce() throws GeneralSecurityException {
    var authority = Authority.fresh(TERMS, START);
    for (var away : List.of(89, 91, 250, 300, 359, 361, 5000)) {
      var now = START.plus(Duration.ofDays(away));
      var next = authority.next(TERMS, now);
      validate(next.server().certificate(), next.trusted(), now);
      assertThat(Issued.age(next.server().certificate(), now)).isLessThan(1);
    }
  }

  @Test
  void anotherNameIsAnotherCertificateOfTheSameAuthority() {
    var authority = Authority.fresh(TERMS, START);
    var terms = new Terms(List.of("other.system.svc"), TERMS.validity());
    var next = authority.next(terms, START);
    assertThat(next.server().dnsNames()).containsExactly("other.system.svc");
    assertThat(next.newest()).isEqualTo(authority.newest());
  }

  @Test
  void whatIsKeptIsReadAgain() {
    var authority = Authority.fresh(TERMS, START).next(TERMS, START.plus(Duration.ofDays(250)));
    var read = Authority.of(authority.data()).orElseThrow();
    assertThat(read.bundle()).isEqualTo(authority.bundle());
    assertThat(read.data()).isEqualTo(authority.data());
    assertThat(read.trusted()).hasSize(2);
  }

  @Test
  void whatIsNotWholeIsNotUsed() {
    var data = Authority.fresh(TERMS, START).data();
    var other = Authority.fresh(TERMS, START).data();
    assertThat(Authority.of(null)).isEmpty();
    assertThat(Authority.of(Map.of())).isEmpty();
    for (var key : data.keySet()) {
      var without = new HashMap<>(data);
      without.remove(key);
      assertThat(Authority.of(without)).as("without " + key).isEmpty();
      var mixed = new HashMap<>(data);
      mixed.put(key, other.getOrDefault(key, ""));
      assertThat(Authority.of(mixed)).as("another's " + key).isEmpty();
      var garbled = new HashMap<>(data);
      garbled.put(key, "bm90IGEgY2VydGlmaWNhdGU=");
      assertThat(Authority.of(garbled)).as("garbled " + key).isEmpty();
      garbled.put(key, "%%%");
      assertThat(Authority.of(garbled)).as("not base64: " + key).isEmpty();
    }
  }

  @Test
  void privateKeysAreNotShown() {
    var authority = Authority.fresh(TERMS, START);
    assertThat(authority.toString() + authority.newest())
        .isEqualTo(
            "Authority["
                + authority.server().certificate().getNotAfter()
                + "]Issued[CN=cloudstate-operator webhook authority]");
  }
}
