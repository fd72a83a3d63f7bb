package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** CRDTs: each node counts its own instances. */
final class CrdtFamilies {

  static final String PREFIX = "cloudstate_crdt_";

  private final InstanceFamilies instances;
  private final Counter persisted;
  private final Counter failedWrites;
  private final Counter streamed;
  private final Histogram persistTime;

  CrdtFamilies(Families families) {
    this.instances = new InstanceFamilies(families, PREFIX);
    this.persisted =
        families.counter(
            PREFIX + "persisted_changes_total",
            "Changes and deletions that reached as many nodes as they were to",
            LABEL);
    this.persistTime =
        families.times(
            PREFIX + "persist_time_seconds", "From a change of the function to there", LABEL);
    this.failedWrites =
        families.counter(
            PREFIX + "failed_writes_total",
            "Changes that did not reach so many nodes in time, or were not acceptable",
            LABEL);
    this.streamed =
        families.counter(
            PREFIX + "streamed_messages_total", "Messages to clients of streamed commands", LABEL);
  }

  /** One type of entity. */
  static final class Recorder extends InstanceFamilies.Recorder {
    private final CounterDataPoint persisted;
    private final CounterDataPoint failedWrites;
    private final CounterDataPoint streamed;
    private final DistributionDataPoint persistTime;

    Recorder(CrdtFamilies families, String name) {
      super(families.instances, name);
      this.persisted = families.persisted.labelValues(name);
      this.failedWrites = families.failedWrites.labelValues(name);
      this.streamed = families.streamed.labelValues(name);
      this.persistTime = families.persistTime.labelValues(name);
    }

    @Override
    public void persisted(int changes, long bytes, long nanos) {
      persisted.inc(changes);
      persistTime.observe(Families.seconds(nanos));
    }

    @Override
    public void notPersisted() {
      failedWrites.inc();
    }

    @Override
    public void streamed() {
      streamed.inc();
    }
  }
}
