package io.cloudstate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One row to measure.
 *
 * @param name as asked for and as reported
 * @param inFlight calls open at a time; 0: as the options say
 */
record Scenario(String name, Kind kind, int inFlight) {

  /** What is run. */
  enum Kind {
    DIRECT("direct", Store.IN_MEMORY, true),
    MEMORY("eventsourced-memory", Store.IN_MEMORY, true),
    H2("eventsourced-h2", Store.H2, true),
    POSTGRES("eventsourced-postgres", Store.POSTGRES, true),
    VALUE_MEMORY("value-memory", Store.IN_MEMORY, true),
    VALUE_POSTGRES("value-postgres", Store.POSTGRES, true),
    CRDT_COUNTER("crdt-counter", Store.IN_MEMORY, true),
    CRDT_ORSET_LARGE("crdt-orset-large", Store.IN_MEMORY, true),
    HTTP_JSON("http-json", Store.IN_MEMORY, true),
    ACTION_UNARY("action-unary", Store.IN_MEMORY, true),
    ACTION_STREAMED("action-streamed", Store.IN_MEMORY, true),
    EVENTING_LOG("eventing-log", Store.POSTGRES, true),
    EVENTING_LOG_MEMORY("eventing-log-memory", Store.IN_MEMORY, true),
    EVENTING_TOPIC("eventing-topic", Store.IN_MEMORY, true),
    EVENTING_KAFKA("eventing-kafka", Store.POSTGRES, true),
    CLUSTER_SINGLE("cluster-single", Store.IN_MEMORY, true),
    CLUSTER_SPREAD("cluster-spread", Store.IN_MEMORY, true),
    CLUSTER_LOCAL("cluster-local", Store.IN_MEMORY, true),
    CLUSTER_REMOTE("cluster-remote", Store.IN_MEMORY, true),
    CLUSTER_POSTGRES_SINGLE("cluster-postgres-single", Store.POSTGRES, true),
    CLUSTER_POSTGRES_SPREAD("cluster-postgres-spread", Store.POSTGRES, true),
    CLUSTER_POSTGRES_LOCAL("cluster-postgres-local", Store.POSTGRES, true),
    CLUSTER_POSTGRES_REMOTE("cluster-postgres-remote", Store.POSTGRES, true),
    ENTITIES("entities", Store.IN_MEMORY, false),
    ENTITIES_VALUE("entities-value", Store.IN_MEMORY, false),
    ENTITIES_CRDT("entities-crdt", Store.IN_MEMORY, false),
    START("start", Store.IN_MEMORY, false);

    private final String base;
    private final Store store;
    private final boolean hasInFlight;

    Kind(String base, Store store, boolean hasInFlight) {
      this.base = base;
      this.store = store;
      this.hasInFlight = hasInFlight;
    }

    Store store() {
      return store;
    }

    /** Whether the proxies are nodes that find each other, be it one. */
    boolean isCluster() {
      return base.startsWith("cluster-");
    }
  }

  /** Where the proxy keeps state, under the name its settings have for it. */
  enum Store {
    IN_MEMORY("in-memory"),
    H2("h2"),
    POSTGRES("postgres");

    private final String setting;

    Store(String setting) {
      this.setting = setting;
    }

    String setting() {
      return setting;
    }
  }

  /** The variable that says where the broker of some is. */
  static final String KAFKA_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

  private static final List<Integer> FURTHER_IN_FLIGHT = List.of(32, 1);
  private static final Pattern WITH_IN_FLIGHT = Pattern.compile("(.+)-([1-9][0-9]{0,4})");

  /**
   * Everything there is here except clusters, which take long and are asked for by name; in the
   * order in which it is measured.
   */
  static List<Scenario> all() {
    return those(
        kind ->
            !kind.isCluster()
                && (kind != Kind.EVENTING_KAFKA || System.getenv(KAFKA_SERVERS) != null));
  }

  private static List<Scenario> those(Predicate<Kind> wanted) {
    var those = new ArrayList<Scenario>();
    for (var kind : Kind.values()) {
      if (wanted.test(kind)) {
        those.add(new Scenario(kind.base, kind, 0));
        if (kind.hasInFlight) {
          FURTHER_IN_FLIGHT.forEach(
              inFlight -> those.add(new Scenario(kind.base + "-" + inFlight, kind, inFlight)));
        }
      }
    }
    return those;
  }

  /** Those about events. */
  static List<Scenario> eventing() {
    return all().stream().filter(scenario -> scenario.name().startsWith("eventing-")).toList();
  }

  /**
   * What tells how a cluster compares with a single node, and what an entity on another node costs.
   *
   * @param beginning of their names
   */
  static List<Scenario> cluster(String beginning) {
    return Stream.of("-single", "-spread", "-local", "-remote", "-local-1", "-remote-1")
        .map(rest -> parse(beginning + rest))
        .toList();
  }

  /** Of a cluster that is called through all its nodes, the same with one node. */
  Scenario onSingleNode() {
    return parse(name.replace("-spread", "-single"));
  }

  /** A name such as {@code eventsourced-h2}, or {@code eventsourced-h2-32} with 32 in flight. */
  static Scenario parse(String name) {
    for (var kind : Kind.values()) {
      if (name.equals(kind.base)) {
        return new Scenario(name, kind, 0);
      }
      var matcher = WITH_IN_FLIGHT.matcher(name);
      if (kind.hasInFlight && matcher.matches() && matcher.group(1).equals(kind.base)) {
        return new Scenario(name, kind, Integer.parseInt(matcher.group(2)));
      }
    }
    var known = String.join(", ", those(kind -> true).stream().map(Scenario::name).toList());
    throw new IllegalArgumentException(
        "scenario " + name + " (expected: all or some of " + known + ")");
  }
}
