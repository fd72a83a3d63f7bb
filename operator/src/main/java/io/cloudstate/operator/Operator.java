package io.cloudstate.operator;

import io.cloudstate.operator.certificates.CertificateLoop;
import io.cloudstate.operator.certificates.CertificateSource;
import io.cloudstate.operator.certificates.MountedCertificates;
import io.cloudstate.operator.certificates.SelfManagedCertificates;
import io.cloudstate.operator.certificates.ServingKeys;
import io.cloudstate.operator.config.OperatorSettings;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.leader.Leadership;
import io.cloudstate.operator.management.Health;
import io.cloudstate.operator.management.ManagementServer;
import io.cloudstate.operator.management.Metrics;
import io.cloudstate.operator.reconcile.Controller;
import io.cloudstate.operator.reconcile.ControllerSettings;
import io.cloudstate.operator.webhook.ClusterLookup;
import io.cloudstate.operator.webhook.PodAdmission;
import io.cloudstate.operator.webhook.WebhookServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the operator: management port, webhook and election from its start on, the
 * controller from when it leads. Once it has lost the lease it only waits for the end of its
 * process, as it may be the second to write.
 */
final class Operator implements AutoCloseable {

  /** How a process ends. */
  enum End {
    ASKED_FOR(0),
    LEASE_LOST(1),
    CONTROLLER_FAILED(1);

    private final int exitCode;

    End(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Operator.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);
  private static final Duration STUCK_AFTER = Duration.ofMinutes(2);

  private final OperatorSettings settings;
  private final KubernetesClient client;
  private final Clock clock;
  private final Metrics metrics = new Metrics();
  private final ServingKeys keys = new ServingKeys();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService leading =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "leading");
            thread.setDaemon(true);
            return thread;
          });
  private final Leadership leadership;
  private volatile boolean hasFacts;
  private volatile @Nullable Controller controller;
  private @Nullable ManagementServer management;
  private @Nullable CertificateLoop certificates;
  private volatile @Nullable WebhookServer webhook;
  private @Nullable Platform platform;

  private Operator(OperatorSettings settings, KubernetesClient client, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.clock = clock;
    this.leadership =
        new Leadership(
            client,
            settings.namespace(),
            settings.podName(),
            settings.lease(),
            this::lead,
            () -> end.complete(End.LEASE_LOST));
  }

  /**
   * Starts a replica; the client stays the caller's.
   *
   * @throws StartFailed if it cannot run, after all that was started has ended
   */
  static Operator start(OperatorSettings settings, KubernetesClient client, Clock clock)
      throws StartFailed {
    var operator = new Operator(settings, client, clock);
    try {
      operator.start();
      return operator;
    } catch (IOException e) {
      operator.close();
      throw new StartFailed(String.valueOf(e.getMessage()));
    } catch (KubernetesClientException e) {
      operator.close();
      throw new StartFailed(
          "the API server at %s does not answer as expected: %s"
              .formatted(client.getMasterUrl(), e.getMessage()));
    } catch (StartFailed e) {
      operator.close();
      throw e;
    }
  }

  private void start() throws IOException, StartFailed {
    management = ManagementServer.start(settings.managementPort(), probes(), metrics);
    metrics.leader(leadership::isLeading);
    var known = ClusterFacts.of(client).platform(settings);
    platform = known;
    hasFacts = true;
    if (settings.webhook().isEnabled()) {
      startWebhook(known);
    }
    leadership.start(client);
    log.atInfo()
        .addKeyValue("managementPort", management.port())
        .addKeyValue("nativeSidecars", known.nativeSidecars())
        .addKeyValue("webhook", settings.webhook().isEnabled())
        .log("started");
  }

  private void startWebhook(Platform known) throws IOException {
    certificates = CertificateLoop.start(certificateSource(), settings.webhook().checkInterval());
    webhook =
        WebhookServer.start(
            settings.webhook().port(),
            keys.context(),
            new PodAdmission(new ClusterLookup(client), known, settings.watchedNamespaces()),
            metrics.webhook(keys::validUntil));
  }

  private CertificateSource certificateSource() {
    var webhookSettings = settings.webhook();
    return switch (webhookSettings.certificates()) {
      case FILES -> new MountedCertificates(webhookSettings.certificateDirectory(), keys);
      case SELF_MANAGED ->
          new SelfManagedCertificates(
              client,
              new SelfManagedCertificates.Place(
                  settings.namespace(),
                  webhookSettings.secret(),
                  webhookSettings.service(),
                  webhookSettings.patchesCaBundle() ? webhookSettings.configuration() : null),
              webhookSettings.certificateValidity(),
              clock,
              keys);
    };
  }

  private Map<String, Health> probes() {
    return Map.of(
        "started",
        new Health(started()),
        "alive",
        new Health(alive()),
        "ready",
        new Health(ready()));
  }

  private Map<String, BooleanSupplier> started() {
    var conditions = new LinkedHashMap<String, BooleanSupplier>();
    conditions.put("the cluster was not asked yet what it knows", () -> hasFacts);
    if (settings.webhook().isEnabled()) {
      conditions.put("the webhook has no certificate yet", () -> keys.validUntil().isPresent());
    }
    return conditions;
  }

  private Map<String, BooleanSupplier> alive() {
    var conditions = new LinkedHashMap<String, BooleanSupplier>();
    conditions.put("the lease is not looked at", () -> !hasFacts || leadership.isAlive());
    conditions.put("the controller hangs or watches nothing", this::isControllerAlive);
    conditions.put(
        "certificates are not looked after", () -> certificates == null || certificates.isAlive());
    return conditions;
  }

  private boolean isControllerAlive() {
    var running = controller;
    return running == null || running.isAlive();
  }

  private Map<String, BooleanSupplier> ready() {
    var conditions = started();
    conditions.put("the end was asked for", () -> !isClosing.get());
    conditions.put("the lease was lost", () -> !end.isDone());
    if (settings.webhook().isEnabled()) {
      conditions.put("the webhook is not served", () -> webhook != null);
      conditions.put(
          "the webhook's certificate is over",
          () -> keys.validUntil().filter(until -> until.isBefore(clock.instant())).isEmpty());
    }
    return conditions;
  }

  /** On a thread of its own: the election's has to renew the lease meanwhile. */
  private void lead() {
    try {
      leading.execute(this::startController);
    } catch (RejectedExecutionException e) {
      log.atInfo().log("leads while it is closed, and does nothing");
    }
  }

  private void startController() {
    var known = platform;
    if (isClosing.get() || known == null) {
      return;
    }
    try {
      var starting = new Controller(client, controllerSettings(known));
      starting.start();
      controller = starting;
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("the controller did not start");
      end.complete(End.CONTROLLER_FAILED);
    }
  }

  private ControllerSettings controllerSettings(Platform known) {
    return new ControllerSettings(
        known,
        settings.watchedNamespaces(),
        settings.watchesSecrets(),
        settings.workers(),
        settings.resyncInterval(),
        FIRST_RETRY,
        LONGEST_RETRY,
        STUCK_AFTER,
        settings.podName(),
        clock,
        metrics);
  }

  boolean isLeading() {
    return leadership.isLeading();
  }

  int managementPort() {
    return management == null ? 0 : management.port();
  }

  int webhookPort() {
    var server = webhook;
    return server == null ? 0 : server.port();
  }

  /** Completed when the process is to end; then {@link #close} it. */
  CompletableFuture<End> end() {
    return end;
  }

  /**
   * Ends in order: no more reconciling, the lease to another, and when calls do not come any more
   * the webhook. Returns when all has ended, whoever was first to call it.
   */
  @Override
  public void close() {
    if (isClosing.compareAndSet(false, true)) {
      var isInOrder = end.complete(End.ASKED_FOR);
      stopController();
      leadership.close();
      if (isInOrder && webhook != null) {
        await(settings.shutdownDelay());
      }
      closeAll(certificates, webhook, management, metrics);
      closed.countDown();
    } else {
      await(LONGEST_CLOSE);
    }
  }

  private void stopController() {
    leading.shutdown();
    try {
      if (!leading.awaitTermination(10, TimeUnit.SECONDS)) {
        log.atWarn().log("the controller was still starting when it was to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll(controller);
  }

  /** That time, or until all has ended. */
  private void await(Duration time) {
    try {
      var unused = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeAll(@Nullable AutoCloseable... parts) {
    for (var part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        log.atWarn().setCause(e).log("a part did not end in order");
      }
    }
  }
}
