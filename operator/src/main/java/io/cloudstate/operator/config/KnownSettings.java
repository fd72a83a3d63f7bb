package io.cloudstate.operator.config;

import io.cloudstate.operator.config.OperatorSettings.CertificateSource;
import io.cloudstate.operator.config.OperatorSettings.LogFormat;
import io.cloudstate.operator.config.OperatorSettings.NativeSidecars;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every setting of the operator, declared once, in the order of the documentation. */
final class KnownSettings {

  private static final List<Setting<?>> ALL = new ArrayList<>();

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  static final Setting<String> POD_NAME =
      setting(
          "POD_NAME",
          Format.objectName(),
          null,
          "This process in the lease; from the field `metadata.name` of its pod.");
  static final Setting<String> NAMESPACE =
      setting(
          "NAMESPACE",
          Format.label(),
          null,
          "Where the operator runs, and keeps lease and Secret; from the field"
              + " `metadata.namespace` of its pod.");
  static final Setting<Set<String>> WATCH_NAMESPACES =
      setting(
          "WATCH_NAMESPACES",
          Format.setOf(Format.label()),
          "",
          "Whose services and stores it looks after, and for whose pods its webhook answers; if"
              + " empty, those of all namespaces.");
  static final Setting<Boolean> WATCH_SECRETS =
      setting(
          "WATCH_SECRETS",
          Format.flag(),
          "true",
          "Whether Secrets that services and stores name are watched, by their metadata; without,"
              + " the operator needs no right to them, and a missing one shows in pods only.");
  static final Setting<String> PROXY_IMAGE =
      setting(
          "PROXY_IMAGE", Format.image(), null, "The proxy's image, unless a service names one.");
  static final Setting<NativeSidecars> NATIVE_SIDECARS =
      setting(
          "NATIVE_SIDECARS",
          Format.oneOf(NativeSidecars.class),
          "auto",
          "Whether the proxy runs as an init container that restarts always; `auto` does so from"
              + " Kubernetes 1.29 on.");
  static final Setting<Integer> WORKERS =
      setting(
          "WORKERS",
          Format.between(1, 64),
          "4",
          "How many services and stores are reconciled at a time.");
  static final Setting<Duration> RESYNC_INTERVAL =
      setting(
          "RESYNC_INTERVAL",
          Format.duration(Duration.ofSeconds(10), DAY),
          "10m",
          "After which time everything is looked at again, whether or not it changed.");
  static final Setting<String> LEASE_NAME =
      setting(
          "LEASE_NAME",
          Format.objectName(),
          "cloudstate-operator",
          "The Lease by which one of several replicas is chosen to reconcile.");
  static final Setting<Duration> LEASE_DURATION =
      setting(
          "LEASE_DURATION",
          Format.duration(SECOND, HOUR),
          "15s",
          "After which time without its renewal another replica takes the lease.");
  static final Setting<Duration> LEASE_RENEW_DEADLINE =
      setting(
          "LEASE_RENEW_DEADLINE",
          Format.duration(Duration.ofMillis(500), HOUR),
          "10s",
          "After which time without renewal the holder of the lease ends; below the duration.");
  static final Setting<Duration> LEASE_RETRY_PERIOD =
      setting(
          "LEASE_RETRY_PERIOD",
          Format.duration(Duration.ofMillis(50), HOUR),
          "2s",
          "How often the lease is renewed, or looked at; at most half of the deadline.");
  static final Setting<Integer> MANAGEMENT_PORT =
      setting(
          "MANAGEMENT_PORT",
          Format.port(),
          "8080",
          "Port of probes and metrics, by plain HTTP; 0 takes any free one.");
  static final Setting<Duration> SHUTDOWN_DELAY =
      setting(
          "SHUTDOWN_DELAY",
          Format.duration(Duration.ZERO, HOUR),
          "5s",
          "How long the webhook goes on answering after the end was asked for, while the pod is"
              + " still taken for an endpoint.");
  static final Setting<Boolean> WEBHOOK_ENABLED =
      setting(
          "WEBHOOK_ENABLED",
          Format.flag(),
          "false",
          "Whether pods that are no stateful service's can have the proxy by a label.");
  static final Setting<Integer> WEBHOOK_PORT =
      setting(
          "WEBHOOK_PORT",
          Format.port(),
          "9443",
          "Port of the webhook, by TLS alone; 0 takes any free one.");
  static final Setting<String> WEBHOOK_SERVICE =
      setting(
          "WEBHOOK_SERVICE",
          Format.label(),
          "cloudstate-operator-webhook",
          "The Service in front of the webhook, in the operator's namespace; a self-managed"
              + " certificate is for its name.");
  static final Setting<String> WEBHOOK_CONFIGURATION =
      setting(
          "WEBHOOK_CONFIGURATION",
          Format.objectName(),
          "cloudstate-operator",
          "The MutatingWebhookConfiguration whose `caBundle` is kept.");
  static final Setting<CertificateSource> WEBHOOK_CERTIFICATES =
      setting(
          "WEBHOOK_CERTIFICATES",
          Format.oneOf(CertificateSource.class),
          "self-managed",
          "`self-managed`: the operator makes authority and certificate, and replaces them in"
              + " time. `files`: `tls.crt` and `tls.key` of a directory, such as cert-manager's"
              + " Secret mounted, read again when they change.");
  static final Setting<Path> WEBHOOK_CERTIFICATE_DIRECTORY =
      setting(
          "WEBHOOK_CERTIFICATE_DIRECTORY",
          Format.directory(),
          "/var/run/secrets/cloudstate-operator-webhook",
          "That directory.");
  static final Setting<String> WEBHOOK_SECRET =
      setting(
          "WEBHOOK_SECRET",
          Format.objectName(),
          "cloudstate-operator-webhook",
          "The Secret in which self-managed certificates are kept, in the operator's namespace.");
  static final Setting<Duration> WEBHOOK_CERTIFICATE_VALIDITY =
      setting(
          "WEBHOOK_CERTIFICATE_VALIDITY",
          Format.duration(DAY, Duration.ofDays(3650)),
          "90d",
          "How long a self-managed certificate is valid; it is replaced after two thirds of that."
              + " Its authority lives four times as long.");
  static final Setting<Boolean> WEBHOOK_PATCH_CA_BUNDLE =
      setting(
          "WEBHOOK_PATCH_CA_BUNDLE",
          Format.flag(),
          "true",
          "Whether the authority's certificate is written to the MutatingWebhookConfiguration; it"
              + " never is with `files`.");
  static final Setting<Duration> WEBHOOK_CHECK_INTERVAL =
      setting(
          "WEBHOOK_CHECK_INTERVAL",
          Format.duration(Duration.ofMillis(50), HOUR),
          "30s",
          "How often certificates are looked at, be they in the Secret or in files.");
  static final Setting<LogFormat> LOG_FORMAT =
      setting(
          "LOG_FORMAT", Format.oneOf(LogFormat.class), "json", "How lines of the log are written.");
  static final Setting<String> LOG_LEVEL =
      setting(
          "LOG_LEVEL",
          Format.oneOf("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
          "INFO",
          "Which lines of the log are written.");

  private KnownSettings() {}

  static List<Setting<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> Setting<T> setting(
      String name, Format<T> format, @Nullable String defaultText, String meaning) {
    var setting = new Setting<>(name, format, defaultText, meaning);
    ALL.add(setting);
    return setting;
  }
}
