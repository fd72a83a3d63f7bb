package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.grpc.GrpcStatus;
import io.grpc.Status;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The calls of clients. Of methods that are not served only the number is known. */
final class IngressFamilies implements CallMetrics {

  private static final String[] LABELS = {"service", "method", "transport"};

  private final Counter requests;
  private final Histogram duration;
  private final Gauge underWay;
  private final Map<Transport, CounterDataPoint> unknown = new EnumMap<>(Transport.class);
  private final Map<Method, OfMethod> methods = new ConcurrentHashMap<>();

  private record Method(String service, String method) {}

  IngressFamilies(Families families) {
    this.requests =
        families.counter(
            "cloudstate_ingress_requests_total",
            "Calls that have ended, by gRPC status, whatever they came by (CANCELLED: the client"
                + " went away)",
            "service",
            "method",
            "transport",
            "code");
    this.duration =
        families.times(
            "cloudstate_ingress_request_duration_seconds",
            "From a call's headers to the end of its response; streams stay open long",
            LABELS);
    this.underWay =
        families.gauge("cloudstate_ingress_requests_in_flight", "Calls under way", LABELS);
    var notServed =
        families.counter(
            "cloudstate_ingress_unknown_requests_total",
            "Calls of methods and paths that are not served",
            "transport");
    for (var transport : Transport.values()) {
      unknown.put(transport, notServed.labelValues(label(transport)));
    }
  }

  @Override
  public void unknown(Transport transport) {
    var counter = unknown.get(transport);
    if (counter != null) {
      counter.inc();
    }
  }

  /** The same for all catalogs. */
  @Override
  public OfMethod of(String service, MethodDefinition method) {
    return methods.computeIfAbsent(new Method(service, method.name()), Recorder::new);
  }

  private static String label(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT);
  }

  private final class Recorder implements OfMethod {
    private final Way grpc;
    private final Way grpcWeb;
    private final Way http;

    Recorder(Method method) {
      this.grpc = new Way(method, Transport.GRPC);
      this.grpcWeb = new Way(method, Transport.GRPC_WEB);
      this.http = new Way(method, Transport.HTTP);
    }

    @Override
    public void started(Transport transport) {
      way(transport).series().inFlight.inc();
    }

    @Override
    public void answered(Transport transport, long nanos) {
      way(transport).series().ended(Status.Code.OK, nanos);
    }

    @Override
    public void failed(Transport transport, Failure failure, long nanos) {
      way(transport).series().ended(GrpcStatus.code(failure), nanos);
    }

    @Override
    public void abandoned(Transport transport, long nanos) {
      way(transport).series().ended(Status.Code.CANCELLED, nanos);
    }

    private Way way(Transport transport) {
      return switch (transport) {
        case GRPC -> grpc;
        case GRPC_WEB -> grpcWeb;
        case HTTP -> http;
      };
    }
  }

  /** The calls of one method over one transport; without series while there are none. */
  private final class Way {
    private final Method method;
    private final String transport;
    private volatile @Nullable Series series;

    Way(Method method, Transport transport) {
      this.method = method;
      this.transport = label(transport);
    }

    Series series() {
      var known = series;
      if (known == null) {
        known = new Series(method, transport); // two at once: both are of the same numbers
        series = known;
      }
      return known;
    }
  }

  private final class Series {
    private final AtomicReferenceArray<CounterDataPoint> byCode =
        new AtomicReferenceArray<>(Status.Code.values().length);
    private final Method method;
    private final String transport;
    private final DistributionDataPoint time;
    private final GaugeDataPoint inFlight;

    Series(Method method, String transport) {
      this.method = method;
      this.transport = transport;
      this.time = duration.labelValues(method.service(), method.method(), transport);
      this.inFlight = underWay.labelValues(method.service(), method.method(), transport);
    }

    void ended(Status.Code code, long nanos) {
      inFlight.dec();
      time.observe(Families.seconds(nanos));
      requests(code).inc();
    }

    private CounterDataPoint requests(Status.Code code) {
      var known = byCode.get(code.value());
      if (known != null) {
        return known;
      }
      var made = requests.labelValues(method.service(), method.method(), transport, code.name());
      byCode.set(code.value(), made);
      return made;
    }
  }
}
