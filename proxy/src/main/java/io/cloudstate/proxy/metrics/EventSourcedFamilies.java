package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** Event sourced entities, by the reference's names: spec/telemetry.md 2. */
final class EventSourcedFamilies {

  static final String PREFIX = "cloudstate_eventsourced_";

  private final QueueFamilies queues;
  private final Counter persisted;
  private final Counter persistedBytes;
  private final Counter failedWrites;
  private final Counter loaded;
  private final Counter loadedBytes;
  private final Counter snapshots;
  private final Counter snapshotBytes;
  private final Counter failedSnapshots;
  private final Counter loadedSnapshots;
  private final Counter loadedSnapshotBytes;
  private final Histogram persistTime;

  EventSourcedFamilies(Families families) {
    this.queues = new QueueFamilies(families, PREFIX);
    this.persisted = counter(families, "persisted_events_total", "Events stored");
    this.persistedBytes = counter(families, "persisted_event_bytes_total", "Their size");
    this.persistTime =
        families.times(
            PREFIX + "persist_time_seconds",
            "From the start of storing a command's events until all are durable",
            LABEL);
    this.failedWrites =
        counter(families, "failed_writes_total", "Commands whose events could not be stored");
    this.loaded = counter(families, "loaded_events_total", "Events replayed to the function");
    this.loadedBytes = counter(families, "loaded_event_bytes_total", "Their size");
    this.snapshots = counter(families, "persisted_snapshots_total", "Snapshots stored");
    this.snapshotBytes = counter(families, "persisted_snapshot_bytes_total", "Their size");
    this.failedSnapshots =
        counter(families, "failed_snapshots_total", "Snapshots that could not be stored");
    this.loadedSnapshots =
        counter(families, "loaded_snapshots_total", "Snapshots with which loading began");
    this.loadedSnapshotBytes = counter(families, "loaded_snapshot_bytes_total", "Their size");
  }

  private static Counter counter(Families families, String name, String meaning) {
    return families.counter(PREFIX + name, meaning, LABEL);
  }

  /** One type of entity. */
  static final class Recorder extends QueueFamilies.Recorder {
    private final CounterDataPoint persisted;
    private final CounterDataPoint persistedBytes;
    private final CounterDataPoint failedWrites;
    private final CounterDataPoint loaded;
    private final CounterDataPoint loadedBytes;
    private final CounterDataPoint snapshots;
    private final CounterDataPoint snapshotBytes;
    private final CounterDataPoint failedSnapshots;
    private final CounterDataPoint loadedSnapshots;
    private final CounterDataPoint loadedSnapshotBytes;
    private final DistributionDataPoint persistTime;

    Recorder(EventSourcedFamilies families, String name) {
      super(families.queues, name);
      this.persisted = families.persisted.labelValues(name);
      this.persistedBytes = families.persistedBytes.labelValues(name);
      this.failedWrites = families.failedWrites.labelValues(name);
      this.loaded = families.loaded.labelValues(name);
      this.loadedBytes = families.loadedBytes.labelValues(name);
      this.snapshots = families.snapshots.labelValues(name);
      this.snapshotBytes = families.snapshotBytes.labelValues(name);
      this.failedSnapshots = families.failedSnapshots.labelValues(name);
      this.loadedSnapshots = families.loadedSnapshots.labelValues(name);
      this.loadedSnapshotBytes = families.loadedSnapshotBytes.labelValues(name);
      this.persistTime = families.persistTime.labelValues(name);
    }

    @Override
    public void persisted(int events, long bytes, long nanos) {
      persisted.inc(events);
      persistedBytes.inc(bytes);
      persistTime.observe(Families.seconds(nanos));
    }

    @Override
    public void notPersisted() {
      failedWrites.inc();
    }

    @Override
    public void loaded(int events, long bytes) {
      loaded.inc(events);
      loadedBytes.inc(bytes);
    }

    @Override
    public void snapshotPersisted(long bytes) {
      snapshots.inc();
      snapshotBytes.inc(bytes);
    }

    @Override
    public void snapshotNotPersisted() {
      failedSnapshots.inc();
    }

    @Override
    public void snapshotLoaded(long bytes) {
      loadedSnapshots.inc();
      loadedSnapshotBytes.inc(bytes);
    }
  }
}
