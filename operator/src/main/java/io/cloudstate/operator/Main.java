package io.cloudstate.operator;

import io.cloudstate.operator.config.InvalidSettings;
import io.cloudstate.operator.config.OperatorSettings;
import io.cloudstate.operator.config.SettingsReader;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Runs one replica of the operator with the environment of this process, until it is asked to end
 * or has lost the lease. Exit codes stand in docs/reference/operator-configuration.md.
 */
public final class Main {

  private static final int FAILED = 1;
  private static final int BAD_SETTINGS = 2;
  private static final int CLIENT_RETRIES = 2;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(System.getenv()));
  }

  private static int run(Map<String, String> environment) {
    try {
      var settings = SettingsReader.read(environment);
      logAs(settings.log().format().name().toLowerCase(Locale.ROOT), settings.log().level());
      return run(settings);
    } catch (InvalidSettings e) {
      logAs("json", "INFO");
      var log = LoggerFactory.getLogger(Main.class);
      e.problems().forEach(problem -> log.atError().log("{}", problem));
      return BAD_SETTINGS;
    }
  }

  /** Before anything is logged: logback.xml reads them once. */
  private static void logAs(String format, String level) {
    System.setProperty("operator.log.format", format);
    System.setProperty("operator.log.level", level);
  }

  /** What is tried again is tried by the controller, which knows what else is due. */
  private static Config clientConfig() {
    var config = Config.autoConfigure(null);
    config.setRequestRetryBackoffLimit(CLIENT_RETRIES);
    config.setUserAgent("cloudstate-operator");
    return config;
  }

  private static int run(OperatorSettings settings) {
    var log = LoggerFactory.getLogger(Main.class);
    log.atInfo().addKeyValue("settings", settings).log("starting");
    try (var client = new KubernetesClientBuilder().withConfig(clientConfig()).build()) {
      var operator = Operator.start(settings, client, Clock.systemUTC());
      Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
      var end = operator.end().join();
      if (end == Operator.End.LEASE_LOST) {
        // at once: what is under way may be a write, and another process writes by now
        Runtime.getRuntime().halt(end.exitCode());
      }
      operator.close();
      return end.exitCode();
    } catch (StartFailed e) {
      log.atError().log("{}", e.getMessage());
      return FAILED;
    }
  }
}
