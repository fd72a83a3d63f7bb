package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.cloudstate.proxy.entity.Ending;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What is counted of the instances of every kind that has some. */
final class InstanceFamilies {

  private final CommandFamilies commands;
  private final Counter activated;
  private final Counter passivated;
  private final Counter failed;
  private final Counter stopped;
  private final Gauge loaded;
  private final Histogram recoveryTime;
  private final Histogram processingTime;
  private final Summary activeTime;

  InstanceFamilies(Families families, String prefix) {
    this.activated =
        families.counter(
            prefix + "activated_entities_total",
            "Instances that began to load; again after each restart",
            LABEL);
    this.passivated =
        families.counter(
            prefix + "passivated_entities_total",
            "Instances that are loaded no more, for whatever reason",
            LABEL);
    this.failed =
        families.counter(
            prefix + "failed_entities_total",
            "Those of them that ended by a failure of function, link or store",
            LABEL);
    this.stopped =
        families.counter(
            prefix + "stopped_entities_total",
            "The same as passivated_entities_total, by reason: passivated, restarted or failed",
            LABEL,
            "reason");
    this.loaded =
        families.gauge(prefix + "loaded_entities", "Instances that are loaded, or loading", LABEL);
    this.recoveryTime =
        families.times(
            prefix + "recovery_time_seconds",
            "From the beginning of loading to its end; not of instances that fail to load",
            LABEL);
    this.activeTime =
        families.summary(
            prefix + "entity_active_time_seconds",
            "From the beginning of loading to the end of the instance",
            LABEL);
    this.commands = new CommandFamilies(families, prefix);
    this.processingTime =
        families.times(
            prefix + "command_processing_time_seconds",
            "From a command's way to the function to what the function says of it",
            LABEL);
  }

  /** The instances of one type of entity. */
  static class Recorder extends CommandFamilies.Recorder {
    private final CounterDataPoint activated;
    private final CounterDataPoint passivated;
    private final CounterDataPoint failed;
    private final Map<Ending, CounterDataPoint> stopped = new EnumMap<>(Ending.class);
    private final GaugeDataPoint loaded;
    private final DistributionDataPoint recoveryTime;
    private final DistributionDataPoint activeTime;
    private final DistributionDataPoint processingTime;

    Recorder(InstanceFamilies families, String name) {
      super(families.commands, name);
      this.activated = families.activated.labelValues(name);
      this.passivated = families.passivated.labelValues(name);
      this.failed = families.failed.labelValues(name);
      for (var ending : Ending.values()) {
        var reason = ending.name().toLowerCase(Locale.ROOT);
        stopped.put(ending, families.stopped.labelValues(name, reason));
      }
      this.loaded = families.loaded.labelValues(name);
      this.recoveryTime = families.recoveryTime.labelValues(name);
      this.activeTime = families.activeTime.labelValues(name);
      this.processingTime = families.processingTime.labelValues(name);
    }

    @Override
    public final void activated() {
      activated.inc();
      loaded.inc();
    }

    @Override
    public final void recovered(long nanos) {
      recoveryTime.observe(Families.seconds(nanos));
    }

    @Override
    public final void passivated(Ending ending, long nanos) {
      passivated.inc();
      loaded.dec();
      var ofReason = stopped.get(ending);
      if (ofReason != null) {
        ofReason.inc();
      }
      if (ending == Ending.FAILED) {
        failed.inc();
      }
      activeTime.observe(Families.seconds(nanos));
    }

    @Override
    public final void processed(long nanos) {
      processingTime.observe(Families.seconds(nanos));
    }
  }
}
