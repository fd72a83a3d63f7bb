package io.cloudstate.proxy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.cluster.RemotingUnusable;
import io.cloudstate.proxy.config.InvalidSettings;
import io.cloudstate.proxy.config.LogFormat;
import io.cloudstate.proxy.config.ProgramArguments;
import io.cloudstate.proxy.config.SettingSources;
import io.cloudstate.proxy.config.SettingsReader;
import io.cloudstate.proxy.ingress.tls.CertificatesUnusable;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a proxy with the settings of this process. Arguments are {@code -Dkey=value}, as for the
 * JVM. A start that cannot go on prints why and exits with 1.
 */
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) {
    LogFormat.problem(System.getenv()).ifPresent(Main::exitWithoutLog);
    try {
      ProgramArguments.asSystemProperties(Arrays.asList(arguments)).forEach(System::setProperty);
      ConfigFactory.invalidateCaches();
      var sources = SettingSources.ofThisProcess();
      var loaded = SettingsReader.read(sources);
      loaded.warnings().forEach(log::warn);
      Proxy.start(loaded.settings(), exitingConfig(sources.config()));
    } catch (InvalidSettings e) {
      e.problems().forEach(log::error);
      System.exit(1);
    } catch (StorageUnavailable | CertificatesUnusable | RemotingUnusable e) {
      log.error("{}", e.getMessage());
      System.exit(1);
    }
  }

  @SuppressWarnings("SystemOut") // there is nothing else
  private static void exitWithoutLog(String problem) {
    System.err.println(problem);
    System.exit(1);
  }

  /** The process ends when the proxy does, however that comes about. */
  private static Config exitingConfig(Config config) {
    return ConfigFactory.parseString("akka.coordinated-shutdown.exit-jvm = on")
        .withFallback(config);
  }
}
