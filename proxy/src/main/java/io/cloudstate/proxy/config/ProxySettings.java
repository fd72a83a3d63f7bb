package io.cloudstate.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that can be configured, checked. */
public record ProxySettings(
    boolean devMode,
    Serving serving,
    Documentation documentation,
    UserFunction userFunction,
    Discovery discovery,
    Routing routing,
    Entities entities,
    EventSourced eventSourced,
    ValueEntities valueEntities,
    CrdtEntities crdtEntities,
    Store store,
    Replication replication,
    Management management,
    Telemetry telemetry,
    Cluster cluster,
    EventingSettings eventing,
    Broker broker) {

  /**
   * The serving side.
   *
   * @param maxRequestBytes largest request message accepted from a client
   * @param maxConcurrentCalls how many calls may be under way at a time on this node
   * @param gracefulTerminationTimeout how long running calls may go on after TERM
   * @param connections what clients' connections are bounded by
   * @param tls clear text if empty
   * @param cors which pages of other sites may call
   */
  public record Serving(
      String host,
      int port,
      int maxRequestBytes,
      int maxConcurrentCalls,
      Duration gracefulTerminationTimeout,
      Connections connections,
      Optional<Tls> tls,
      Cors cors) {

    /** In clear text, for no pages of other sites, with the usual bounds on connections. */
    public Serving(
        String host,
        int port,
        int maxRequestBytes,
        int maxConcurrentCalls,
        Duration gracefulTerminationTimeout) {
      this(
          host,
          port,
          maxRequestBytes,
          maxConcurrentCalls,
          gracefulTerminationTimeout,
          Connections.DEFAULT,
          Optional.empty(),
          Cors.NONE);
    }
  }

  /**
   * What clients' connections are bounded by.
   *
   * @param max how many there may be at a time; over it new ones are closed at once
   * @param maxHeaderBytes size of all headers of a request
   * @param idleTimeout how long one without calls stays open
   * @param firstRequestTimeout how long a client may take to get as far as a request
   * @param maxAge how long one is used for new calls; zero is for ever
   * @param maxResetsPerSecond how many of its calls a client may cancel within one seconds
   * @param maxControlFramesPerSecond how many frames of HTTP/2 that carry nothing it may send
   */
  public record Connections(
      int max,
      int maxHeaderBytes,
      Duration idleTimeout,
      Duration firstRequestTimeout,
      Duration maxAge,
      int maxResetsPerSecond,
      int maxControlFramesPerSecond) {

    /** As without any settings. */
    public static final Connections DEFAULT =
        new Connections(
            16_384,
            16 * 1024,
            Duration.ofHours(12),
            Duration.ofSeconds(30),
            Duration.ZERO,
            2_000,
            5_000);
  }

  /**
   * Encryption of the serving port.
   *
   * @param certificate chain of certificates (PEM) that the proxy shows
   * @param key its private key (PEM)
   * @param clientAuth whether clients show a certificate too
   * @param clientCa certificates (PEM) by which those of clients are checked, if they are
   * @param reloadInterval how often the files are looked at
   */
  public record Tls(
      Path certificate,
      Path key,
      ClientAuth clientAuth,
      Optional<Path> clientCa,
      Duration reloadInterval) {}

  /** Whether clients show a certificate of their own. */
  public enum ClientAuth {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /**
   * Pages of which other sites may call, and what they may send and see. In each list {@code *}
   * stands for everything.
   *
   * @param allowedOrigins none, unless some are named
   * @param allowedHeaders of requests
   * @param exposedHeaders of responses
   * @param maxAge how long browsers may remember that
   */
  public record Cors(
      List<String> allowedOrigins,
      List<String> allowedHeaders,
      List<String> exposedHeaders,
      Duration maxAge) {

    /** For no other sites. */
    public static final Cors NONE =
        new Cors(List.of(), List.of("*"), List.of("*"), Duration.ofMinutes(10));

    public Cors {
      allowedOrigins = List.copyOf(allowedOrigins);
      allowedHeaders = List.copyOf(allowedHeaders);
      exposedHeaders = List.copyOf(exposedHeaders);
    }
  }

  /**
   * What is served besides calls, for those who want to call.
   *
   * @param openApi whether all HTTP paths are described at {@code /openapi.json}
   * @param page whether methods may be tried on a page at {@code /docs}
   */
  public record Documentation(boolean openApi, boolean page) {

    public static final Documentation NONE = new Documentation(false, false);
  }

  /**
   * The link to the user function.
   *
   * @param maxInboundMessageBytes largest message accepted from the function
   * @param streamCloseTimeout how long a half-closed stream may take to end before it is cancelled
   */
  public record UserFunction(
      String host, int port, int maxInboundMessageBytes, Duration streamCloseTimeout) {}

  /**
   * Asking the function what it serves.
   *
   * @param compatibilityCheck whether another protocol version than 0.2 is refused
   */
  public record Discovery(
      boolean compatibilityCheck,
      Duration minBackoff,
      Duration maxBackoff,
      double backoffRandomFactor) {}

  /**
   * Forwards and side effects.
   *
   * @param maxHops how many forwards and side effects may follow from one call, one from the other
   * @param maxCommandsPerCall how many commands may come of one call in all, itself included
   * @param maxAsyncEffects how many asynchronous side effects may run at a time on this node
   * @param maxQueuedReplies how many replies of a streamed call may wait for its client
   */
  public record Routing(
      int maxHops, int maxCommandsPerCall, int maxAsyncEffects, int maxQueuedReplies) {}

  /**
   * What all kinds of entity share.
   *
   * @param relayTimeout longest time to wait for an entity's answer to a command
   * @param maxQueuedCommands how many commands may wait for one entity
   * @param numberOfShards shards per entity type; the same on all nodes
   * @param maxLoaded about how many sharded entities of a service may be loaded on this node
   */
  public record Entities(
      Duration relayTimeout, int maxQueuedCommands, int numberOfShards, int maxLoaded) {}

  /**
   * Event sourced entities.
   *
   * @param passivationTimeout idle time before an entity is unloaded, unless its service says
   * @param replayPageEvents how many events are read at a time when an entity loads
   * @param replayPageBytes about how many bytes of events are read at a time
   */
  public record EventSourced(
      Duration passivationTimeout, int replayPageEvents, long replayPageBytes) {}

  /**
   * Value entities.
   *
   * @param enabled whether they are served, if there is a store
   * @param passivationTimeout idle time before an entity is unloaded, unless its service says
   */
  public record ValueEntities(boolean enabled, Duration passivationTimeout) {}

  /**
   * CRDT entities.
   *
   * @param passivationTimeout idle time before an entity is unloaded, unless its service says
   * @param maxCommandsInFlight how many commands of one entity may be with the function at a time
   * @param streamStartTimeout longest time to wait for the first reply to a streamed command
   * @param cancelTimeout how long the function may take to respond to a cancelled stream
   */
  public record CrdtEntities(
      Duration passivationTimeout,
      int maxCommandsInFlight,
      Duration streamStartTimeout,
      Duration cancelTimeout) {}

  /**
   * Where durable state is kept, and how.
   *
   * @param h2File the database file, without its ending {@code .mv.db}; used by {@link
   *     StoreType#H2}
   * @param postgres used by {@link StoreType#POSTGRES}
   * @param jdbc used by both of them
   */
  public record Store(StoreType type, Path h2File, Postgres postgres, Jdbc jdbc) {}

  /** The stores there are. */
  public enum StoreType {
    NONE,
    IN_MEMORY,
    H2,
    POSTGRES
  }

  /**
   * A PostgreSQL server.
   *
   * @param schema where the tables are; empty for where the user's search path leads
   */
  public record Postgres(
      String host,
      int port,
      String database,
      String user,
      String password,
      String schema,
      PostgresSsl ssl) {

    /** Without the password. */
    @Override
    public String toString() {
      return "Postgres[%s:%d/%s, user %s, %s]".formatted(host, port, database, user, ssl);
    }
  }

  /**
   * TLS to a PostgreSQL server.
   *
   * @param rootCert with which the server's certificate is checked
   * @param cert shown to the server
   * @param key of that
   * @param password of the key
   */
  public record PostgresSsl(
      SslMode mode,
      Optional<Path> rootCert,
      Optional<Path> cert,
      Optional<Path> key,
      Optional<String> password) {

    public static final PostgresSsl OFF =
        new PostgresSsl(
            SslMode.DISABLE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Without the password. */
    @Override
    public String toString() {
      return "ssl " + mode;
    }
  }

  /** How much TLS there has to be, in PostgreSQL's words. */
  public enum SslMode {
    DISABLE,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL;

    /** Whether the server's certificate is checked. */
    public boolean verifies() {
      return this == VERIFY_CA || this == VERIFY_FULL;
    }
  }

  /**
   * Work with any SQL database.
   *
   * @param autoCreateTables whether missing tables are created
   * @param maxConnections to a server; half of them write
   * @param connectionTimeout how long connecting may take
   * @param answerTimeout how long a server may take to answer, before its connection is given up
   * @param maxQueuedEvents how many events may wait to be written, and how many values
   * @param maxQueuedReads how many reads may wait
   * @param maxQueuedSnapshots how many snapshots may wait; more are not saved
   */
  public record Jdbc(
      boolean autoCreateTables,
      int maxConnections,
      Duration connectionTimeout,
      Duration answerTimeout,
      int maxQueuedEvents,
      int maxQueuedReads,
      int maxQueuedSnapshots) {}

  /**
   * Replication of CRDTs between the nodes of a cluster.
   *
   * @param readTimeout how long a majority may take to answer before a load is content with less
   * @param writeTimeout how long nodes may take to confirm a change
   * @param notifyInterval how often entities are told of changes, if there are any
   * @param spreadInterval how long changes are collected before they are sent to other nodes
   * @param gossipInterval how often a node compares with another one what they hold
   * @param maxGossipKeys how many CRDTs may be sent after one such comparison
   * @param largeValueBytes from which size on a CRDT is warned of
   */
  public record Replication(
      Duration readTimeout,
      Duration writeTimeout,
      Duration notifyInterval,
      Duration spreadInterval,
      Duration gossipInterval,
      int maxGossipKeys,
      int largeValueBytes) {}

  /**
   * The management port.
   *
   * @param host on which it is bound
   * @param shutdownDelay how long new calls are still taken after readiness is off
   */
  public record Management(String host, int port, Duration shutdownDelay) {}

  /**
   * What is told of the proxy to machines that watch it.
   *
   * @param enabled whether anything is measured, and served as metrics
   * @param host on which metrics are served
   * @param tracing if calls are traced
   */
  public record Telemetry(boolean enabled, String host, int port, Optional<Tracing> tracing) {

    /** Without traces. */
    public Telemetry(boolean enabled, String host, int port) {
      this(enabled, host, port, Optional.empty());
    }
  }

  /**
   * Traces of calls.
   *
   * @param endpoint of a collector that takes OTLP over HTTP
   * @param ratio of the calls that are followed, of those whose caller has not decided that
   * @param serviceName what the proxy is called in them
   * @param maxQueuedSpans how many may wait to be sent
   */
  public record Tracing(URI endpoint, double ratio, String serviceName, int maxQueuedSpans) {}

  /**
   * The nodes of this service, and how they become one cluster.
   *
   * @param seedNodes to join, if that is the formation; remoting ports
   * @param contactPoints that may form a cluster; management ports
   * @param dnsName whose addresses are those of all nodes
   * @param selectorLabel by which pods are found
   * @param selectorLabelValue what it says on all of them
   * @param requiredContactPoints how many nodes have to be found before they form a new cluster
   * @param joinTimeout after which the process ends
   * @param remotingHost by which other nodes reach this one; empty for the machine's
   * @param tls between nodes, if it is used
   */
  public record Cluster(
      Formation formation,
      List<NodeAddress> seedNodes,
      List<NodeAddress> contactPoints,
      String dnsName,
      String selectorLabel,
      String selectorLabelValue,
      int requiredContactPoints,
      Duration joinTimeout,
      String remotingHost,
      int remotingPort,
      SplitBrain splitBrain,
      Optional<ClusterTls> tls) {

    public Cluster {
      seedNodes = List.copyOf(seedNodes);
      contactPoints = List.copyOf(contactPoints);
    }

    /** Whether there are other nodes, or may be. */
    public boolean hasOthers() {
      return formation != Formation.SINGLE;
    }
  }

  /** How a node finds the others of its cluster. */
  public enum Formation {
    SINGLE,
    SEED_NODES,
    KUBERNETES,
    DNS,
    CONFIG;

    /** Whether nodes are found by asking for each other's contact points. */
    public boolean isBootstrap() {
      return this == KUBERNETES || this == DNS || this == CONFIG;
    }
  }

  /**
   * What happens when nodes do not reach each other.
   *
   * @param stableAfter for how long nothing must have changed before it is decided
   * @param quorumSize of {@link SplitBrainStrategy#STATIC_QUORUM}
   */
  public record SplitBrain(SplitBrainStrategy strategy, Duration stableAfter, int quorumSize) {}

  /** Which nodes go on when they do not reach each other. */
  public enum SplitBrainStrategy {
    KEEP_MAJORITY,
    STATIC_QUORUM,
    KEEP_OLDEST,
    DOWN_ALL
  }

  /**
   * Mutual TLS between nodes; all files are PEM.
   *
   * @param caCert of who signed the certificates of all nodes
   */
  public record ClusterTls(Path cert, Path key, Path caCert) {}

  /**
   * Where topics are, and how they are consumed and published to.
   *
   * @param maxInFlight how many events of a partition may be handled at a time
   * @param maxQueuedEvents from how many of a partition on no more are fetched
   * @param maxPublishing how many may be on their way to the broker
   * @param drainTimeout how long events in hand may take to end
   * @param inProcessMaxEvents how many a topic keeps; used by {@link BrokerType#IN_PROCESS}
   * @param kafka used by {@link BrokerType#KAFKA}
   */
  public record Broker(
      BrokerType type,
      int maxInFlight,
      int maxQueuedEvents,
      int maxPublishing,
      Duration drainTimeout,
      int inProcessMaxEvents,
      Kafka kafka) {}

  /** The brokers there are. */
  public enum BrokerType {
    NONE,
    IN_PROCESS,
    KAFKA
  }

  /**
   * Kafka.
   *
   * @param properties further ones of its client; may hold secrets
   * @param groupPrefix put before the names of groups; may be empty
   * @param answerTimeout how long a request may take
   */
  public record Kafka(
      List<NodeAddress> bootstrapServers,
      Map<String, String> properties,
      String groupPrefix,
      CloudEventsMode mode,
      Duration publishTimeout,
      Duration answerTimeout) {

    public Kafka {
      bootstrapServers = List.copyOf(bootstrapServers);
      properties = Map.copyOf(properties);
    }

    /** Without the values of properties. */
    @Override
    public String toString() {
      return "Kafka[%s, properties %s]".formatted(bootstrapServers, properties.keySet());
    }
  }

  /** How CloudEvents are written. */
  public enum CloudEventsMode {
    BINARY,
    STRUCTURED
  }
}
