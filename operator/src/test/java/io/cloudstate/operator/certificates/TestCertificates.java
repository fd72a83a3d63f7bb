package io.cloudstate.operator.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority for tests, what it issues, and those who trust it. */
public final class TestCertificates {

  private final Issued authority =
      Issued.authority(Clock.systemUTC().instant(), Duration.ofDays(1));

  /** Keys to serve localhost with. */
  public ServingKeys forLocalhost() {
    var keys = new ServingKeys();
    renew(keys);
    return keys;
  }

  public X509Certificate renew(ServingKeys keys) {
    var server = localhost();
    keys.use(server.key(), List.of(server.certificate()));
    return server.certificate();
  }

  Issued localhost() {
    return authority.server(List.of("localhost"), Clock.systemUTC().instant(), Duration.ofHours(1));
  }

  public SSLContext trusted() throws GeneralSecurityException {
    return trusting(List.of(authority.certificate()));
  }

  /** What the API server does with a {@code caBundle}. */
  public static SSLContext trusting(String bundle) throws GeneralSecurityException {
    return trusting(Pem.certificates(bundle));
  }

  private static SSLContext trusting(List<X509Certificate> certificates)
      throws GeneralSecurityException {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      for (var certificate : certificates) {
        store.setCertificateEntry(String.valueOf(store.size()), certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
