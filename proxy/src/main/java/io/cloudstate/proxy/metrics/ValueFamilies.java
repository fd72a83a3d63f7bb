package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** Value entities; what they share with event sourced ones has the same names. */
final class ValueFamilies {

  static final String PREFIX = "cloudstate_value_";

  private final QueueFamilies queues;
  private final Counter persisted;
  private final Counter persistedBytes;
  private final Counter deleted;
  private final Counter failedWrites;
  private final Counter loaded;
  private final Counter loadedBytes;
  private final Histogram persistTime;

  ValueFamilies(Families families) {
    this.queues = new QueueFamilies(families, PREFIX);
    this.persisted = counter(families, "persisted_values_total", "Values stored");
    this.persistedBytes = counter(families, "persisted_value_bytes_total", "Their size");
    this.deleted = counter(families, "deleted_values_total", "Values deleted");
    this.persistTime =
        families.times(
            PREFIX + "persist_time_seconds",
            "From the start of storing or deleting a value until that is durable",
            LABEL);
    this.failedWrites =
        counter(families, "failed_writes_total", "Values that could not be stored or deleted");
    this.loaded = counter(families, "loaded_values_total", "Values with which an instance loaded");
    this.loadedBytes = counter(families, "loaded_value_bytes_total", "Their size");
  }

  private static Counter counter(Families families, String name, String meaning) {
    return families.counter(PREFIX + name, meaning, LABEL);
  }

  /** One type of entity. */
  static final class Recorder extends QueueFamilies.Recorder {
    private final CounterDataPoint persisted;
    private final CounterDataPoint persistedBytes;
    private final CounterDataPoint deleted;
    private final CounterDataPoint failedWrites;
    private final CounterDataPoint loaded;
    private final CounterDataPoint loadedBytes;
    private final DistributionDataPoint persistTime;

    Recorder(ValueFamilies families, String name) {
      super(families.queues, name);
      this.persisted = families.persisted.labelValues(name);
      this.persistedBytes = families.persistedBytes.labelValues(name);
      this.deleted = families.deleted.labelValues(name);
      this.failedWrites = families.failedWrites.labelValues(name);
      this.loaded = families.loaded.labelValues(name);
      this.loadedBytes = families.loadedBytes.labelValues(name);
      this.persistTime = families.persistTime.labelValues(name);
    }

    @Override
    public void persisted(int values, long bytes, long nanos) {
      persisted.inc(values);
      persistedBytes.inc(bytes);
      persistTime.observe(Families.seconds(nanos));
    }

    @Override
    public void deleted(long nanos) {
      deleted.inc();
      persistTime.observe(Families.seconds(nanos));
    }

    @Override
    public void notPersisted() {
      failedWrites.inc();
    }

    @Override
    public void loaded(int values, long bytes) {
      loaded.inc(values);
      loadedBytes.inc(bytes);
    }
  }
}
