package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.userfunction.LinkMetrics;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Arrays;

/** The connections, streams and calls to the user function. */
final class LinkFamilies implements LinkMetrics {

  private static final String LABEL = "rpc";

  private final Gauge connections;
  private final Gauge open;
  private final Counter calls;
  private final Histogram duration;
  private volatile Recorder[] recorders = {}; // few, and searched more quickly than a map

  LinkFamilies(Families families) {
    this.connections =
        families.gauge(
            "cloudstate_function_connections",
            "Connections to the user function, made or being made");
    this.open =
        families.gauge(
            "cloudstate_function_streams_open",
            "Calls under way; a loaded entity has one, a stream",
            LABEL);
    this.calls =
        families.counter("cloudstate_function_calls_total", "Calls that have ended", LABEL, "code");
    this.duration =
        families.times(
            "cloudstate_function_call_duration_seconds", "How long these were open", LABEL);
  }

  @Override
  public void connectionOpened() {
    connections.inc();
  }

  @Override
  public void connectionClosed() {
    connections.dec();
  }

  @Override
  public Rpc rpc(MethodDescriptor<?, ?> method) {
    for (var recorder : recorders) {
      if (recorder.method == method) {
        return recorder;
      }
    }
    return add(method);
  }

  private synchronized Rpc add(MethodDescriptor<?, ?> method) {
    var made = new Recorder(method);
    var more = Arrays.copyOf(recorders, recorders.length + 1);
    more[recorders.length] = made;
    recorders = more;
    return made;
  }

  private final class Recorder implements Rpc {
    private final MethodDescriptor<?, ?> method;
    private final CounterDataPoint ok;
    private final GaugeDataPoint underWay;
    private final DistributionDataPoint time;

    Recorder(MethodDescriptor<?, ?> method) {
      this.method = method;
      this.underWay = open.labelValues(method.getFullMethodName());
      this.time = duration.labelValues(method.getFullMethodName());
      this.ok = calls.labelValues(method.getFullMethodName(), Status.Code.OK.name());
    }

    @Override
    public void started() {
      underWay.inc();
    }

    @Override
    public void ended(Status.Code code, long nanos) {
      underWay.dec();
      time.observe(Families.seconds(nanos));
      if (code == Status.Code.OK) {
        ok.inc();
      } else {
        calls.labelValues(method.getFullMethodName(), code.name()).inc();
      }
    }
  }
}
