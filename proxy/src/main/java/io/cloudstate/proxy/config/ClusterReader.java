package io.cloudstate.proxy.config;

import io.cloudstate.proxy.config.ProxySettings.Cluster;
import io.cloudstate.proxy.config.ProxySettings.ClusterTls;
import io.cloudstate.proxy.config.ProxySettings.Formation;
import io.cloudstate.proxy.config.ProxySettings.SplitBrain;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The settings of the cluster, and whether they go together. */
final class ClusterReader {

  private final SettingsReader reader;
  private final boolean devMode;
  private final int managementPort;

  ClusterReader(SettingsReader reader, boolean devMode, int managementPort) {
    this.reader = reader;
    this.devMode = devMode;
    this.managementPort = managementPort;
  }

  Cluster read() {
    var formation = formation();
    var cluster =
        new Cluster(
            formation,
            reader.get(KnownSettings.CLUSTER_SEED_NODES),
            reader.get(KnownSettings.CLUSTER_CONTACT_POINTS),
            reader.get(KnownSettings.CLUSTER_DNS_NAME).orElse(""),
            reader.get(KnownSettings.CLUSTER_SELECTOR_LABEL),
            reader.get(KnownSettings.CLUSTER_SELECTOR_LABEL_VALUE).orElse(""),
            reader.get(KnownSettings.CLUSTER_REQUIRED_CONTACT_POINTS),
            reader.get(KnownSettings.CLUSTER_JOIN_TIMEOUT),
            reader.get(KnownSettings.CLUSTER_REMOTING_HOST).orElse(""),
            reader.get(KnownSettings.CLUSTER_REMOTING_PORT),
            splitBrain(),
            tls());
    check(cluster);
    return cluster;
  }

  /** A node for developers is alone, whatever else its environment says. */
  private Formation formation() {
    var wanted = reader.get(KnownSettings.CLUSTER_FORMATION);
    if (devMode) {
      if (wanted.filter(formation -> formation != Formation.SINGLE).isPresent()) {
        reader.contradicts(KnownSettings.CLUSTER_FORMATION, KnownSettings.DEV_MODE);
      }
      return Formation.SINGLE;
    }
    return wanted.orElseGet(this::formationOfWhatIsSet);
  }

  private Formation formationOfWhatIsSet() {
    var set = needs().entrySet().stream().filter(need -> reader.isSaid(need.getValue())).toList();
    if (set.size() > 1) {
      reader.expects(KnownSettings.CLUSTER_FORMATION, "one, as settings of several are there");
    }
    return set.isEmpty() ? Formation.SINGLE : set.get(0).getKey();
  }

  private void check(Cluster cluster) {
    var needed = needs().get(cluster.formation());
    if (needed != null && !reader.isSaid(needed)) {
      reader.contradicts(needed, KnownSettings.CLUSTER_FORMATION);
    }
    var points = cluster.contactPoints().size();
    if (cluster.formation() == Formation.CONFIG && cluster.requiredContactPoints() > points) {
      reader.contradicts(
          KnownSettings.CLUSTER_REQUIRED_CONTACT_POINTS, KnownSettings.CLUSTER_CONTACT_POINTS);
    }
    if (cluster.formation().isBootstrap() && managementPort == 0) {
      reader.expects(KnownSettings.MANAGEMENT_PORT, "one that other nodes know");
    }
  }

  private SplitBrain splitBrain() {
    return new SplitBrain(
        reader.get(KnownSettings.CLUSTER_SPLIT_BRAIN_STRATEGY),
        reader.get(KnownSettings.CLUSTER_SPLIT_BRAIN_STABLE_AFTER),
        reader.get(KnownSettings.CLUSTER_SPLIT_BRAIN_QUORUM_SIZE));
  }

  private Optional<ClusterTls> tls() {
    var cert = reader.get(KnownSettings.CLUSTER_TLS_CERT);
    var key = reader.get(KnownSettings.CLUSTER_TLS_KEY);
    var caCert = reader.get(KnownSettings.CLUSTER_TLS_CA_CERT);
    if (!reader.isSaid(KnownSettings.CLUSTER_TLS_CERT)) {
      refuseWithout(KnownSettings.CLUSTER_TLS_KEY);
      refuseWithout(KnownSettings.CLUSTER_TLS_CA_CERT);
      return Optional.empty();
    }
    needBesideCert(KnownSettings.CLUSTER_TLS_KEY);
    needBesideCert(KnownSettings.CLUSTER_TLS_CA_CERT);
    return cert.flatMap(
        own -> key.flatMap(its -> caCert.map(all -> new ClusterTls(own, its, all))));
  }

  private void refuseWithout(Setting<? extends Optional<?>> setting) {
    if (reader.isSaid(setting)) {
      reader.contradicts(KnownSettings.CLUSTER_TLS_CERT, setting);
    }
  }

  private void needBesideCert(Setting<? extends Optional<?>> setting) {
    if (!reader.isSaid(setting)) {
      reader.contradicts(setting, KnownSettings.CLUSTER_TLS_CERT);
    }
  }

  /** What a formation cannot do without. */
  private static Map<Formation, Setting<?>> needs() {
    var needs = new EnumMap<Formation, Setting<?>>(Formation.class);
    needs.put(Formation.KUBERNETES, KnownSettings.CLUSTER_SELECTOR_LABEL_VALUE);
    needs.put(Formation.SEED_NODES, KnownSettings.CLUSTER_SEED_NODES);
    needs.put(Formation.DNS, KnownSettings.CLUSTER_DNS_NAME);
    needs.put(Formation.CONFIG, KnownSettings.CLUSTER_CONTACT_POINTS);
    return needs;
  }
}
