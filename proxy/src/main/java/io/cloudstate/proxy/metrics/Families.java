package io.cloudstate.proxy.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes families of metrics, all in the same way, and remembers what they mean. */
final class Families {

  /** Those of the reference: spec/telemetry.md 2.2. */
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry;
  private final List<Family> all = new ArrayList<>();

  Families(PrometheusRegistry registry) {
    this.registry = registry;
  }

  static double seconds(long nanos) {
    return nanos / NANOS_PER_SECOND;
  }

  /** What was made so far. */
  List<Family> all() {
    return List.copyOf(all);
  }

  Counter counter(String name, String meaning, String... labels) {
    note(name, "counter", meaning, labels);
    return Counter.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /** One that somebody else counts. */
  void counter(
      String name, String meaning, Consumer<CounterWithCallback.Callback> ask, String... labels) {
    note(name, "counter", meaning, labels);
    CounterWithCallback.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .callback(ask)
        .register(registry);
  }

  Gauge gauge(String name, String meaning, String... labels) {
    note(name, "gauge", meaning, labels);
    return Gauge.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /** One that is asked for when somebody wants to know. */
  void gauge(
      String name, String meaning, Consumer<GaugeWithCallback.Callback> ask, String... labels) {
    note(name, "gauge", meaning, labels);
    GaugeWithCallback.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .callback(ask)
        .register(registry);
  }

  Histogram times(String name, String meaning, String... labels) {
    return histogram(name, meaning, SECONDS, labels);
  }

  Histogram sizes(String name, String meaning, String... labels) {
    return histogram(name, meaning, SIZES, labels);
  }

  private Histogram histogram(String name, String meaning, double[] bounds, String... labels) {
    note(name, "histogram", meaning, labels);
    return Histogram.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }

  /** With the quantiles of spec/telemetry.md 2.3. */
  Summary summary(String name, String meaning, String... labels) {
    note(name, "summary", meaning, labels);
    return Summary.builder()
        .name(name)
        .help(meaning)
        .labelNames(labels)
        .quantile(0.5, 0.05)
        .quantile(0.95, 0.01)
        .quantile(0.99, 0.001)
        .quantile(1.0, 0)
        .maxAgeSeconds(60)
        .numberOfAgeBuckets(6)
        .withoutExemplars()
        .register(registry);
  }

  private void note(String name, String type, String meaning, String... labels) {
    all.add(new Family(name, type, List.of(labels), meaning));
  }
}
