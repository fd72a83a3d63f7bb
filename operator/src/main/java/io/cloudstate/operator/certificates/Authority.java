package io.cloudstate.operator.certificates;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The self-managed certificates as they are kept: the newest authority, all authorities that are to
 * be trusted, and the server's certificate. What comes next is decided here, of the time alone.
 *
 * <p>A new authority is trusted for a while before anything is issued by it, and an old one until
 * it expires, so that no caller meets a certificate that it cannot check.
 */
record Authority(Issued newest, List<X509Certificate> trusted, Issued server) {

  static final String BUNDLE = "ca.crt";
  static final String AUTHORITY_KEY = "ca.key";
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";

  /** The authority lives so many times as long as what it issues. */
  private static final int AUTHORITY_LIVES = 4;

  private static final double RENEWED_AT = 2.0 / 3;

  /** The part of a certificate's validity for which a new authority is trusted but not used. */
  private static final int SETTLED_AFTER = 48;

  Authority {
    trusted = List.copyOf(trusted);
  }

  /** Who asks, and how long certificates are to be valid. */
  record Terms(List<String> dnsNames, Duration validity) {
    Terms {
      dnsNames = List.copyOf(dnsNames);
    }
  }

  /** Everything anew: nothing of before is trusted any more. */
  static Authority fresh(Terms terms, Instant now) {
    var authority = newAuthority(terms, now);
    return new Authority(
        authority,
        List.of(authority.certificate()),
        authority.server(terms.dnsNames(), now, terms.validity()));
  }

  private static Issued newAuthority(Terms terms, Instant now) {
    return Issued.authority(now, terms.validity().multipliedBy(AUTHORITY_LIVES));
  }

  /** The same object if nothing is due. */
  Authority next(Terms terms, Instant now) {
    if (isOver(newest.certificate(), now)) {
      return fresh(terms, now);
    }
    return withCurrentAuthority(terms, now).withCurrentServer(terms, now);
  }

  private Authority withCurrentAuthority(Terms terms, Instant now) {
    if (Issued.age(newest.certificate(), now) < RENEWED_AT) {
      return this;
    }
    var authority = newAuthority(terms, now);
    var all = new ArrayList<X509Certificate>();
    all.add(authority.certificate());
    trusted.stream().filter(certificate -> !isOver(certificate, now)).forEach(all::add);
    return new Authority(authority, all, server);
  }

  private Authority withCurrentServer(Terms terms, Instant now) {
    var isOfNewest = server.isIssuedBy(newest.certificate());
    var isUsable = isOfNewest || isSettled(terms, now);
    var isDue = !isOfNewest || Issued.age(server.certificate(), now) >= RENEWED_AT;
    var isNeeded =
        !server.dnsNames().equals(terms.dnsNames())
            || isOver(server.certificate(), now.plus(settledAfter(terms)));
    return (isDue && isUsable) || isNeeded
        ? new Authority(newest, trusted, newest.server(terms.dnsNames(), now, terms.validity()))
        : this;
  }

  private boolean isSettled(Terms terms, Instant now) {
    var since = newest.certificate().getNotBefore().toInstant().plus(Issued.BACKDATED);
    return !since.plus(settledAfter(terms)).isAfter(now);
  }

  private static Duration settledAfter(Terms terms) {
    return terms.validity().dividedBy(SETTLED_AFTER);
  }

  private static boolean isOver(X509Certificate certificate, Instant now) {
    return !certificate.getNotAfter().toInstant().isAfter(now);
  }

  /** For the {@code caBundle} of those who call. */
  String bundle() {
    return Pem.of(trusted);
  }

  /** As a Secret keeps it. */
  Map<String, String> data() {
    var data = new LinkedHashMap<String, String>();
    data.put(BUNDLE, encoded(bundle()));
    data.put(AUTHORITY_KEY, encoded(Pem.of(newest.key())));
    data.put(CERTIFICATE, encoded(Pem.of(List.of(server.certificate()))));
    data.put(KEY, encoded(Pem.of(server.key())));
    return data;
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a Secret keeps, or empty if that is not whole. */
  static Optional<Authority> of(@Nullable Map<String, String> data) {
    if (data == null) {
      return Optional.empty();
    }
    try {
      var trusted = Pem.certificates(decoded(data, BUNDLE));
      var newest = issued(decoded(data, AUTHORITY_KEY), trusted.get(0));
      var certificate = Pem.certificates(decoded(data, CERTIFICATE)).get(0);
      var server = issued(decoded(data, KEY), certificate);
      return newest.belongsTogether()
              && server.belongsTogether()
              && trusted.stream().anyMatch(server::isIssuedBy)
          ? Optional.of(new Authority(newest, trusted, server))
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Issued issued(String key, X509Certificate certificate)
      throws GeneralSecurityException {
    return new Issued(Pem.key(key, certificate.getPublicKey()), certificate);
  }

  private static String decoded(Map<String, String> data, String key) {
    return new String(
        Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Authority[" + server.certificate().getNotAfter() + "]";
  }
}
