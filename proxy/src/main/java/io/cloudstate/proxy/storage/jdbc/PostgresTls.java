package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import org.postgresql.ssl.LazyKeyManager;
import org.postgresql.ssl.PKCS12KeyManager;

/** TLS of the connections that write, as the JDBC driver makes it of the same settings. */
final class PostgresTls {

  private static final String ALIAS = "user"; // as the JDBC driver wants it
  private static final char[] NO_PASSWORD = {}; // of what stays in memory

  private PostgresTls() {}

  /**
   * Adds the settings. Reads the files, and so blocks.
   *
   * @throws SQLException when one cannot be used
   */
  static void add(PgConnectOptions options, PostgresSsl settings) throws SQLException {
    options.setSslMode(SslMode.valueOf(settings.mode().name()));
    if (options.getSslMode() == SslMode.DISABLE) {
      return;
    }
    var tls = new ClientSSLOptions();
    if (settings.mode().verifies()) {
      var rootCert = settings.rootCert().orElseThrow();
      tls.setTrustOptions(trust(rootCert));
    } else {
      tls.setTrustAll(true);
    }
    if (options.getSslMode() == SslMode.VERIFY_FULL) {
      tls.setHostnameVerificationAlgorithm("HTTPS");
    }
    if (settings.key().isPresent()) {
      tls.setKeyCertOptions(key(settings, settings.key().get()));
    }
    options.setSslOptions(tls);
  }

  /** Read by the JDBC driver's own classes: the same forms of keys, and the same messages. */
  private static KeyCertOptions key(PostgresSsl settings, Path file) throws SQLException {
    CallbackHandler password =
        callbacks -> {
          for (var callback : callbacks) {
            if (callback instanceof PasswordCallback asked) {
              asked.setPassword(settings.password().map(String::toCharArray).orElse(null));
            }
          }
        };
    var key = file.toString();
    X509Certificate[] certificates;
    PrivateKey privateKey;
    if (key.endsWith(".p12") || key.endsWith(".pfx")) {
      var read = new PKCS12KeyManager(key, password);
      certificates = read.getCertificateChain(ALIAS);
      privateKey = read.getPrivateKey(ALIAS);
      read.throwKeyManagerException();
    } else {
      var cert = settings.cert().map(Path::toString).orElse(null);
      var read = new LazyKeyManager(cert, key, password, false);
      certificates = read.getCertificateChain(ALIAS);
      privateKey = read.getPrivateKey(ALIAS);
      read.throwKeyManagerException();
    }
    if (certificates == null || privateKey == null) {
      throw new SQLException(key + " has no key with a certificate under the name " + ALIAS);
    }
    return options(privateKey, certificates);
  }

  private static KeyCertOptions options(PrivateKey key, X509Certificate[] certificates)
      throws SQLException {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, key, NO_PASSWORD, certificates);
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return KeyCertOptions.wrap(factory);
    } catch (IOException | GeneralSecurityException e) {
      throw new SQLException("the key cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustOptions trust(Path file) throws SQLException {
    try (var in = Files.newInputStream(file)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry(Integer.toString(store.size()), certificate);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return TrustOptions.wrap(factory);
    } catch (IOException | GeneralSecurityException e) {
      throw new SQLException("%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
  }
}
