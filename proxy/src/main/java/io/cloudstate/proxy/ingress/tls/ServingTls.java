package io.cloudstate.proxy.ingress.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.Tls;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates and key for each handshake. The files are looked at from time to time, and what is
 * new and holds together is used from then on; connections that are open stay as they are. Files
 * that cannot be used are reported once, and what was there before is used on: a change of two
 * files is never seen half done.
 */
public final class ServingTls implements TlsProvider {

  private static final Logger log = LoggerFactory.getLogger(ServingTls.class);

  private final Tls settings;
  private final ScheduledExecutorService reloading;
  private volatile Certificates certificates;

  // of the reloading thread, once it runs
  private Certificates.Contents seen;
  private String problem = "";

  private ServingTls(Tls settings) {
    this.settings = settings;
    this.seen = Certificates.Contents.of(settings);
    this.certificates = Certificates.of(settings, seen);
    this.reloading =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "tls-reload");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads the files to see whether they can be used.
   *
   * @throws CertificatesUnusable if not
   */
  public static void check(Tls settings) {
    var unused = Certificates.read(settings);
  }

  /**
   * Makes the server speak TLS, and nothing else, at this address.
   *
   * @throws CertificatesUnusable if the files cannot be used
   */
  public static void addTo(ServerBuilder server, InetSocketAddress address, Tls settings) {
    var tls = new ServingTls(settings);
    server.https(address).tlsProvider(tls, config(settings.clientAuth()));
    var nanos = settings.reloadInterval().toNanos();
    if (nanos > 0) {
      var unused =
          tls.reloading.scheduleWithFixedDelay(tls::reload, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static ServerTlsConfig config(ClientAuth clientAuth) {
    return ServerTlsConfig.builder()
        .clientAuth(
            switch (clientAuth) {
              case NONE -> io.netty.handler.ssl.ClientAuth.NONE;
              case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
              case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
            })
        .build();
  }

  @Override
  public TlsKeyPair keyPair(String hostname) {
    return certificates.keyPair();
  }

  @Override
  public List<X509Certificate> trustedCertificates(String hostname) {
    return certificates.clientCas();
  }

  /** Called by the server when it stops. */
  @Override
  public void close() {
    reloading.shutdownNow();
  }

  private void reload() {
    try {
      var contents = Certificates.Contents.of(settings);
      if (!contents.isSame(seen)) {
        seen = contents;
        use(Certificates.of(settings, contents));
      }
    } catch (CertificatesUnusable e) {
      report(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("certificates are not looked at because of a bug", e);
    }
  }

  private void use(Certificates changed) {
    certificates = changed;
    problem = "";
    log.atInfo()
        .addKeyValue("certificate", settings.certificate())
        .addKeyValue("expires", changed.expires())
        .log("new certificates are used");
  }

  private void report(String found) {
    if (!found.equals(problem)) {
      problem = found;
      log.atWarn()
          .addKeyValue("problem", found)
          .log("changed certificates cannot be used, those of before stay");
    }
  }
}
