package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** What is counted where commands go one by one, to the one instance in the cluster. */
final class QueueFamilies {

  private final InstanceFamilies instances;
  private final Counter stashed;
  private final Counter unstashed;
  private final Histogram stashTime;
  private final Counter resent;
  private final Counter lost;

  QueueFamilies(Families families, String prefix) {
    this.instances = new InstanceFamilies(families, prefix);
    this.stashed =
        families.counter(
            prefix + "stashed_commands_total", "Received commands that wait behind others", LABEL);
    this.unstashed =
        families.counter(
            prefix + "unstashed_commands_total",
            "Those of them that wait no more: they are next, or have failed",
            LABEL);
    this.stashTime =
        families.times(prefix + "command_stash_time_seconds", "From stashed to unstashed", LABEL);
    this.resent =
        families.counter(
            prefix + "resent_commands_total",
            "Commands sent again by this node because their shard was moving",
            LABEL);
    this.lost =
        families.counter(
            prefix + "lost_commands_total",
            "Commands that did not get to their entity; their callers were told so",
            LABEL);
  }

  /** The queues of one type of entity. */
  static class Recorder extends InstanceFamilies.Recorder {
    private final CounterDataPoint stashed;
    private final CounterDataPoint unstashed;
    private final DistributionDataPoint stashTime;
    private final CounterDataPoint resent;
    private final CounterDataPoint lost;

    Recorder(QueueFamilies families, String name) {
      super(families.instances, name);
      this.stashed = families.stashed.labelValues(name);
      this.unstashed = families.unstashed.labelValues(name);
      this.stashTime = families.stashTime.labelValues(name);
      this.resent = families.resent.labelValues(name);
      this.lost = families.lost.labelValues(name);
    }

    @Override
    public final void stashed() {
      stashed.inc();
    }

    @Override
    public final void unstashed(long nanos) {
      unstashed.inc();
      stashTime.observe(Families.seconds(nanos));
    }

    @Override
    public final void resent() {
      resent.inc();
    }

    @Override
    public final void lost() {
      lost.inc();
    }
  }
}
