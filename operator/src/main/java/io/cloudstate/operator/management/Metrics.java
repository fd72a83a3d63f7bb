package io.cloudstate.operator.management;

import io.cloudstate.operator.reconcile.ReconcileListener;
import io.cloudstate.operator.webhook.WebhookListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The operator's metrics, in Prometheus' text. Their labels have few values: kinds and outcomes,
 * never names of resources.
 */
public final class Metrics implements ReconcileListener, AutoCloseable {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final List<String> KINDS = List.of("StatefulService", "StatefulStore");
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<String, AtomicInteger> queues = new ConcurrentHashMap<>();

  public Metrics() {
    collections.bindTo(registry);
    List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(registry));
    for (var kind : KINDS) {
      queue(kind);
      for (var outcome : ReconcileListener.Outcome.values()) {
        reconciliations(kind, outcome);
      }
    }
  }

  /** Whether this replica leads. */
  public void leader(BooleanSupplier isLeading) {
    Gauge.builder("cloudstate.operator.leader", () -> isLeading.getAsBoolean() ? 1 : 0)
        .description("1 on the replica that reconciles, 0 on others")
        .register(registry);
  }

  /** Requests to the webhook, all outcomes shown from the beginning. */
  public WebhookListener webhook(Supplier<Optional<Instant>> certificateValidUntil) {
    Gauge.builder(
            "cloudstate.operator.webhook.certificate.expiry",
            () -> certificateValidUntil.get().map(Instant::getEpochSecond).orElse(0L).doubleValue())
        .description("When the webhook's certificate ends, 0 if there is none")
        .baseUnit("timestamp.seconds")
        .register(registry);
    for (var outcome : WebhookListener.Outcome.values()) {
      requests(outcome);
    }
    return (outcome, duration) -> requests(outcome).record(duration);
  }

  @Override
  public void reconciled(String kind, Outcome outcome, Duration duration) {
    reconciliations(kind, outcome).record(duration);
  }

  @Override
  public void queued(String kind, int length) {
    queue(kind).set(length);
  }

  private Timer reconciliations(String kind, Outcome outcome) {
    return Timer.builder("cloudstate.operator.reconciliations")
        .description("Passes over a resource, by what they came to")
        .tag("kind", kind)
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Timer requests(WebhookListener.Outcome outcome) {
    return Timer.builder("cloudstate.operator.webhook.requests")
        .description("Requests to the webhook, by what became of the pod")
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private AtomicInteger queue(String kind) {
    return queues.computeIfAbsent(
        kind,
        k -> {
          var length = new AtomicInteger();
          Gauge.builder("cloudstate.operator.queue.length", length, AtomicInteger::get)
              .description("Resources that are due")
              .tag("kind", k)
              .register(registry);
          return length;
        });
  }

  String text() {
    return registry.scrape(CONTENT_TYPE);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
