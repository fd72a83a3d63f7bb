package io.cloudstate.operator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * All settings; {@link KnownSettings} tells each.
 *
 * @param podName what this process is called in the lease
 * @param namespace where the operator runs, its lease and its Secret are
 * @param watchedNamespaces whose resources it looks after; none are all
 * @param watchesSecrets whether Secrets that services name are looked at, but never into
 */
public record OperatorSettings(
    String podName,
    String namespace,
    Set<String> watchedNamespaces,
    boolean watchesSecrets,
    String proxyImage,
    NativeSidecars nativeSidecars,
    int workers,
    Duration resyncInterval,
    Lease lease,
    int managementPort,
    Duration shutdownDelay,
    Webhook webhook,
    Log log) {

  public OperatorSettings {
    watchedNamespaces = Set.copyOf(watchedNamespaces);
  }

  /** Whether the cluster knows init containers that restart always. */
  public enum NativeSidecars {
    AUTO,
    TRUE,
    FALSE
  }

  /** Who of several replicas reconciles. */
  public record Lease(
      String name, Duration duration, Duration renewDeadline, Duration retryPeriod) {}

  /** The proxy for pods that are no stateful service's. */
  public record Webhook(
      boolean isEnabled,
      int port,
      String service,
      String configuration,
      CertificateSource certificates,
      Path certificateDirectory,
      String secret,
      Duration certificateValidity,
      boolean patchesCaBundle,
      Duration checkInterval) {}

  /** Where the webhook's certificate comes from. */
  public enum CertificateSource {
    SELF_MANAGED,
    FILES
  }

  public record Log(LogFormat format, String level) {}

  public enum LogFormat {
    JSON,
    TEXT
  }
}
