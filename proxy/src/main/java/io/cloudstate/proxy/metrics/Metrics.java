package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.eventing.PublishMetrics;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.cloudstate.proxy.userfunction.LinkMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the stages record, and the port on which that is told. Records nothing, and has no port,
 * when that is not wanted.
 */
public final class Metrics implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Metrics.class);

  private final @Nullable Recording recording;
  private @Nullable MetricsServer server;

  private Metrics(@Nullable Recording recording) {
    this.recording = recording;
  }

  /** In a registry of its own. */
  private record Recording(
      PrometheusRegistry registry,
      Families families,
      EntityFamilies entities,
      IngressFamilies ingress,
      LinkFamilies link,
      StoreFamilies store,
      EventingFamilies eventing) {

    static Recording start() {
      var registry = new PrometheusRegistry();
      var families = new Families(registry);
      return new Recording(
          registry,
          families,
          new EntityFamilies(families),
          new IngressFamilies(families),
          new LinkFamilies(families),
          new StoreFamilies(families),
          new EventingFamilies(families));
    }
  }

  /** Records from now on, if wanted; see {@link #serve}. */
  public static Metrics of(ProxySettings.Telemetry settings) {
    return new Metrics(settings.enabled() ? Recording.start() : null);
  }

  public boolean isEnabled() {
    return recording != null;
  }

  public EntityMetrics.Source entities() {
    return recording == null ? EntityMetrics.Source.NONE : recording.entities();
  }

  public CallMetrics calls() {
    return recording == null ? CallMetrics.NONE : recording.ingress();
  }

  public LinkMetrics link() {
    return recording == null ? LinkMetrics.NONE : recording.link();
  }

  public PublishMetrics publishing() {
    return recording == null ? PublishMetrics.NONE : recording.eventing();
  }

  public StoreMetrics store() {
    return recording == null ? StoreMetrics.NONE : recording.store();
  }

  /**
   * Opens the port. One that cannot be had is logged, and nothing else happens (spec/telemetry.md,
   * known gap 11). To be called once.
   */
  public void serve(ProxySettings.Telemetry settings, Node node) {
    if (recording == null) {
      return;
    }
    NodeFamilies.add(recording.families(), node);
    EventingFamilies.add(recording.families(), node);
    JvmMetrics.builder().register(recording.registry());
    try {
      server = MetricsServer.start(settings.host(), settings.port(), recording.registry());
      log.atInfo().addKeyValue("port", server.port()).log("metrics are served");
    } catch (IOException | RuntimeException e) {
      log.warn(
          "no metrics on {}:{}: {}; the proxy goes on without",
          settings.host(),
          settings.port(),
          e.toString());
    }
  }

  /** What is recorded, in the order of the documentation. */
  List<Family> families() {
    return recording == null ? List.of() : recording.families().all();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
