package io.cloudstate.operator.certificates;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate to serve with, which may change at any time: each handshake takes the one of its
 * moment, and connections that are open go on.
 */
public final class ServingKeys {

  private record Keys(int number, PrivateKey key, List<X509Certificate> chain) {
    String alias() {
      return "serving-" + number;
    }
  }

  /** The current ones, and those before for handshakes that had begun. */
  private record Pair(Keys current, @Nullable Keys previous) {}

  private final AtomicReference<@Nullable Pair> pair = new AtomicReference<>();

  void use(PrivateKey key, List<X509Certificate> chain) {
    var before = pair.get();
    if (before == null || !before.current().chain().equals(chain)) {
      var number = before == null ? 1 : before.current().number() + 1;
      pair.set(
          new Pair(
              new Keys(number, key, List.copyOf(chain)), before == null ? null : before.current()));
    }
  }

  /** When the certificate ends, empty as long as there is none. */
  public Optional<Instant> validUntil() {
    var now = pair.get();
    return now == null
        ? Optional.empty()
        : Optional.of(now.current().chain().get(0).getNotAfter().toInstant());
  }

  /** A context whose handshakes fail as long as there is no certificate. */
  public SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new Manager(pair)}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }

  private static final class Manager extends X509ExtendedKeyManager {

    private final AtomicReference<@Nullable Pair> pair;

    Manager(AtomicReference<@Nullable Pair> pair) {
      this.pair = pair;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      var now = pair.get();
      return now != null && keyType.equals(now.current().key().getAlgorithm())
          ? now.current().alias()
          : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineServerAlias(keyType, issuers, null);
    }

    private @Nullable Keys keys(String alias) {
      var now = pair.get();
      if (now == null || now.current().alias().equals(alias)) {
        return now == null ? null : now.current();
      }
      return now.previous() != null && now.previous().alias().equals(alias) ? now.previous() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      var keys = keys(alias);
      return keys == null ? null : keys.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      var keys = keys(alias);
      return keys == null ? null : keys.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      var alias = chooseEngineServerAlias(keyType, issuers, null);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
