package io.cloudstate.proxy.cluster;

import io.cloudstate.proxy.config.NodeAddress;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.Cluster;
import io.cloudstate.proxy.config.ProxySettings.ClusterTls;
import io.cloudstate.proxy.config.ProxySettings.Management;
import io.cloudstate.proxy.config.ProxySettings.SplitBrain;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the settings say, in Akka's words. A node that is alone keeps what reference.conf says: it
 * is reached by nobody and has nobody to lose.
 */
public final class AkkaSettings {

  /** The name under which the contact points of a configuration are looked up. */
  private static final String SERVICE = "cloudstate";

  /** What a message between nodes is longer by than the payload it carries. */
  private static final int ROOM_BESIDE_PAYLOAD = 1024 * 1024;

  private static final String REMOTING = "akka.remote.artery.";
  private static final String TLS = REMOTING + "ssl.";
  private static final String BOOTSTRAP = "akka.management.cluster.bootstrap.";
  private static final String DISCOVERY = BOOTSTRAP + "contact-point-discovery.";

  private final Map<String, Object> akka = new HashMap<>();

  private AkkaSettings() {}

  /** Keys and values for the actor system, to be put over everything else. */
  public static Map<String, Object> of(ProxySettings settings) {
    var all = new AkkaSettings();
    all.management(settings.management(), settings.cluster());
    all.passivation(settings.entities().maxLoaded());
    if (settings.cluster().hasOthers()) {
      all.remoting(settings);
      all.splitBrain(settings.cluster().splitBrain());
      settings.cluster().tls().ifPresent(all::tls);
    }
    if (settings.cluster().formation().isBootstrap()) {
      all.bootstrap(settings.cluster(), settings.management());
    }
    return Map.copyOf(all.akka);
  }

  private void management(Management management, Cluster cluster) {
    akka.put("akka.management.http.bind-hostname", management.host());
    akka.put("akka.management.http.port", management.port());
    akka.put("akka.management.http.routes.cloudstate", ManagementRoutes.class.getName());
    akka.put("akka.management.http.routes.health-checks", ""); // ours tell more
    if (!cluster.formation().isBootstrap()) {
      akka.put("akka.management.http.routes.cluster-bootstrap", "");
      akka.put("akka.management.http.hostname", management.host());
    } else if (!cluster.remotingHost().isEmpty()) {
      akka.put("akka.management.http.hostname", cluster.remotingHost());
    }
  }

  /** Entities that are idle ask for it themselves. */
  private void passivation(int maxLoaded) {
    var passivation = "akka.cluster.sharding.passivation.";
    akka.put(passivation + "strategy", "max-loaded");
    akka.put(passivation + "max-loaded.active-entity-limit", maxLoaded);
    akka.put(passivation + "max-loaded.replacement.policy", "least-recently-used");
  }

  private void remoting(ProxySettings settings) {
    var host = settings.cluster().remotingHost();
    akka.put(REMOTING + "canonical.hostname", host.isEmpty() ? "<getHostAddress>" : host);
    akka.put(REMOTING + "canonical.port", settings.cluster().remotingPort());
    var largest =
        Math.max(
            settings.serving().maxRequestBytes(), settings.userFunction().maxInboundMessageBytes());
    akka.put(REMOTING + "advanced.maximum-frame-size", bytes((long) largest));
  }

  /** A command or reply that was let in must not be too large for the way to its entity. */
  private static String bytes(long largestPayload) {
    return Math.min(largestPayload + ROOM_BESIDE_PAYLOAD, Integer.MAX_VALUE) + "b";
  }

  private void splitBrain(SplitBrain splitBrain) {
    var resolver = "akka.cluster.split-brain-resolver.";
    akka.put("akka.cluster.downing-provider-class", "akka.cluster.sbr.SplitBrainResolverProvider");
    akka.put(resolver + "active-strategy", inAkkasWords(splitBrain.strategy()));
    akka.put(resolver + "stable-after", splitBrain.stableAfter().toMillis() + "ms");
    akka.put(resolver + "static-quorum.quorum-size", splitBrain.quorumSize());
  }

  private void tls(ClusterTls tls) {
    akka.put(REMOTING + "transport", "tls-tcp");
    akka.put(
        TLS + "ssl-engine-provider", "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider");
    var engine = TLS + "rotating-keys-engine.";
    akka.put(engine + "cert-file", tls.cert().toString());
    akka.put(engine + "key-file", tls.key().toString());
    akka.put(engine + "ca-cert-file", tls.caCert().toString());
    akka.put(engine + "protocol", "TLSv1.3");
    akka.put(
        engine + "enabled-algorithms", List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"));
  }

  private void bootstrap(Cluster cluster, Management management) {
    akka.put(DISCOVERY + "required-contact-point-nr", cluster.requiredContactPoints());
    akka.put(BOOTSTRAP + "contact-point.fallback-port", management.port());
    switch (cluster.formation()) {
      case KUBERNETES -> kubernetes(cluster);
      case DNS -> discovery("akka-dns", cluster.dnsName());
      case CONFIG -> contactPoints(cluster.contactPoints());
      case SINGLE, SEED_NODES -> throw new AssertionError("no bootstrap: " + cluster.formation());
    }
  }

  private void kubernetes(Cluster cluster) {
    discovery("kubernetes-api", cluster.selectorLabelValue());
    akka.put("akka.discovery.kubernetes-api.pod-label-selector", cluster.selectorLabel() + "=%s");
    akka.put("akka.discovery.kubernetes-api.use-raw-ip", true);
  }

  private void contactPoints(List<NodeAddress> points) {
    discovery("config", SERVICE);
    akka.put(
        "akka.discovery.config.services." + SERVICE + ".endpoints",
        points.stream().map(point -> Map.of("host", point.host(), "port", point.port())).toList());
  }

  private void discovery(String method, String service) {
    akka.put(DISCOVERY + "discovery-method", ContactPoints.NAME);
    akka.put(DISCOVERY + "service-name", service);
    akka.put("akka.discovery." + ContactPoints.NAME + ".class", ContactPoints.class.getName());
    akka.put(ContactPoints.METHOD, method);
  }

  private static String inAkkasWords(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
