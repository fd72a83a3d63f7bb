package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.entity.EntityMetrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** What is counted of the commands of every kind: spec/telemetry.md 2.1 and 2.2. */
final class CommandFamilies {

  /** The type of entity, never an entity. */
  static final String LABEL = "entity_name";

  private final Counter received;
  private final Counter completed;
  private final Counter failed;
  private final Counter refused;
  private final Histogram totalTime;

  CommandFamilies(Families families, String prefix) {
    this.received =
        families.counter(
            prefix + "received_commands_total",
            "Commands taken by an instance that is loaded, or an action",
            LABEL);
    this.completed =
        families.counter(
            prefix + "completed_commands_total",
            "Received commands that were answered, be it with a failure; each one is, once",
            LABEL);
    this.failed =
        families.counter(
            prefix + "failed_commands_total",
            "Received commands that were answered with a failure, whosever it was",
            LABEL);
    this.refused =
        families.counter(
            prefix + "refused_commands_total",
            "Commands not received: too many wait, or nobody is there to take them",
            LABEL);
    this.totalTime =
        families.times(prefix + "command_total_time_seconds", "From received to completed", LABEL);
  }

  /** The commands of one type of entity. */
  static class Recorder implements EntityMetrics {
    private final CounterDataPoint received;
    private final CounterDataPoint completed;
    private final CounterDataPoint failed;
    private final CounterDataPoint refused;
    private final DistributionDataPoint totalTime;

    Recorder(CommandFamilies families, String name) {
      this.received = families.received.labelValues(name);
      this.completed = families.completed.labelValues(name);
      this.failed = families.failed.labelValues(name);
      this.refused = families.refused.labelValues(name);
      this.totalTime = families.totalTime.labelValues(name);
    }

    @Override
    public final void received() {
      received.inc();
    }

    @Override
    public final void refused() {
      refused.inc();
    }

    @Override
    public final void completed(boolean isFailed, long nanos) {
      completed.inc();
      totalTime.observe(Families.seconds(nanos));
      if (isFailed) {
        failed.inc();
      }
    }
  }
}
