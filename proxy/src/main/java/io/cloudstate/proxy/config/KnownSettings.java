package io.cloudstate.proxy.config;

import static io.cloudstate.proxy.config.SettingType.addresses;
import static io.cloudstate.proxy.config.SettingType.atLeast;
import static io.cloudstate.proxy.config.SettingType.between;
import static io.cloudstate.proxy.config.SettingType.duration;
import static io.cloudstate.proxy.config.SettingType.failurePolicies;
import static io.cloudstate.proxy.config.SettingType.failurePolicy;
import static io.cloudstate.proxy.config.SettingType.file;
import static io.cloudstate.proxy.config.SettingType.flag;
import static io.cloudstate.proxy.config.SettingType.headerName;
import static io.cloudstate.proxy.config.SettingType.host;
import static io.cloudstate.proxy.config.SettingType.httpUrl;
import static io.cloudstate.proxy.config.SettingType.label;
import static io.cloudstate.proxy.config.SettingType.listOf;
import static io.cloudstate.proxy.config.SettingType.number;
import static io.cloudstate.proxy.config.SettingType.oneOf;
import static io.cloudstate.proxy.config.SettingType.optional;
import static io.cloudstate.proxy.config.SettingType.origin;
import static io.cloudstate.proxy.config.SettingType.port;
import static io.cloudstate.proxy.config.SettingType.positiveDuration;
import static io.cloudstate.proxy.config.SettingType.readableFile;
import static io.cloudstate.proxy.config.SettingType.secret;
import static io.cloudstate.proxy.config.SettingType.size;
import static io.cloudstate.proxy.config.SettingType.text;
import static io.cloudstate.proxy.config.SettingType.zeroOrFrom;

import io.cloudstate.proxy.config.EventingSettings.FailurePolicy;
import io.cloudstate.proxy.config.EventingSettings.Start;
import io.cloudstate.proxy.config.ProxySettings.BrokerType;
import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.CloudEventsMode;
import io.cloudstate.proxy.config.ProxySettings.Formation;
import io.cloudstate.proxy.config.ProxySettings.SplitBrainStrategy;
import io.cloudstate.proxy.config.ProxySettings.SslMode;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every setting of the proxy, declared once, in the order of the documentation. */
final class KnownSettings {

  private static final List<Setting<?>> DECLARED = new ArrayList<>();

  static final Setting<Boolean> DEV_MODE =
      setting(
          "dev-mode-enabled",
          flag(),
          "false",
          "Runs a single node that joins itself, without a management server.");

  static final Setting<String> HTTP_INTERFACE =
      setting(
          "http-interface", text(), "0.0.0.0", "Address on which the proxy serves its clients.");

  static final Setting<Integer> HTTP_PORT =
      setting(
          "http-port",
          port(0),
          "9000",
          "HTTP_PORT",
          "Port shared by gRPC, gRPC-Web and HTTP/JSON; 0 takes any free one.");

  static final Setting<Integer> MAX_REQUEST_SIZE =
      setting(
          "max-request-size",
          size(),
          "4M",
          "MAX_REQUEST_SIZE",
          "Largest request message accepted from a client.");

  // Below the buffer-size of sharding in reference.conf, which drops commands when it is full.
  static final Setting<Integer> MAX_CONCURRENT_CALLS =
      setting(
          "max-concurrent-calls",
          atLeast(1),
          "8000",
          "How many calls may be under way at a time on this node; over it they are refused."
              + " Keep it below `akka.cluster.sharding.buffer-size`, 10000 unless changed.");

  static final Setting<Duration> GRACEFUL_TERMINATION_TIMEOUT =
      setting(
          "graceful-termination-timeout",
          duration(),
          "10s",
          "How long running calls may go on after the proxy was told to stop.");

  static final Setting<Integer> CONNECTIONS_MAX =
      setting(
          "connections.max",
          atLeast(1),
          "16384",
          "How many connections of clients there may be at a time; over it new ones are closed at"
              + " once.");

  static final Setting<Integer> CONNECTIONS_MAX_HEADER_SIZE =
      setting(
          "connections.max-header-size",
          size(),
          "16K",
          "Size of all headers of a request; clients with more get an error.");

  static final Setting<Duration> CONNECTIONS_IDLE_TIMEOUT =
      setting(
          "connections.idle-timeout",
          positiveDuration(),
          "12h",
          "How long a connection without calls stays open.");

  static final Setting<Duration> CONNECTIONS_FIRST_REQUEST_TIMEOUT =
      setting(
          "connections.first-request-timeout",
          positiveDuration(),
          "30s",
          "How long a new connection may take to get as far as a request, or over HTTP/2 as far as"
              + " the client's settings.");

  static final Setting<Duration> CONNECTIONS_MAX_AGE =
      setting(
          "connections.max-age",
          zeroOrFrom(Duration.ofSeconds(1)),
          "0s",
          "How long a connection is used for new calls; then its client is asked to open another."
              + " 0s: for ever.");

  static final Setting<Integer> CONNECTIONS_MAX_RESETS_PER_SECOND =
      setting(
          "connections.max-resets-per-second",
          between(1, 1_000_000),
          "2000",
          "How many of its calls an HTTP/2 client may cancel within a second; over it its connection"
              + " is closed.");

  static final Setting<Integer> CONNECTIONS_MAX_CONTROL_FRAMES_PER_SECOND =
      setting(
          "connections.max-control-frames-per-second",
          atLeast(100),
          "5000",
          "How many frames that carry nothing, such as pings, an HTTP/2 client may send; over it its"
              + " connection is closed.");

  static final Setting<Optional<Path>> TLS_CERTIFICATE =
      setting(
          "tls.certificate",
          optional(readableFile()),
          "",
          "TLS_CERTIFICATE",
          "Chain of certificates (PEM) that the proxy shows its clients; with it and `tls.key` the"
              + " port speaks TLS only.");

  static final Setting<Optional<Path>> TLS_KEY =
      setting(
          "tls.key",
          optional(readableFile()),
          "",
          "TLS_KEY",
          "The certificate's private key (PEM, not encrypted).");

  static final Setting<ClientAuth> TLS_CLIENT_AUTH =
      setting(
          "tls.client-auth",
          oneOf(ClientAuth.class),
          "none",
          "TLS_CLIENT_AUTH",
          "Whether clients show a certificate too.");

  static final Setting<Optional<Path>> TLS_CLIENT_CA =
      setting(
          "tls.client-ca",
          optional(readableFile()),
          "",
          "TLS_CLIENT_CA",
          "Certificates (PEM) by which those of clients are checked.");

  static final Setting<Duration> TLS_RELOAD_INTERVAL =
      setting(
          "tls.reload-interval",
          zeroOrFrom(Duration.ofMillis(10)),
          "10s",
          "How often the files of `tls` are looked at; what has changed is used for new connections."
              + " 0s: never.");

  static final Setting<List<String>> CORS_ALLOWED_ORIGINS =
      setting(
          "cors.allowed-origins",
          listOf(origin()),
          "",
          "CORS_ALLOWED_ORIGINS",
          "Sites whose pages may call the proxy from browsers, such as `https://app.example.com`; `*`"
              + " for all. Unless some are named, browsers let no other site's page call.");

  static final Setting<List<String>> CORS_ALLOWED_HEADERS =
      setting(
          "cors.allowed-headers",
          listOf(headerName()),
          "*",
          "CORS_ALLOWED_HEADERS",
          "Headers that those pages may send; `*` for all.");

  static final Setting<List<String>> CORS_EXPOSED_HEADERS =
      setting(
          "cors.exposed-headers",
          listOf(headerName()),
          "*",
          "CORS_EXPOSED_HEADERS",
          "Headers of responses that those pages may see besides gRPC's own; `*` for all.");

  static final Setting<Duration> CORS_MAX_AGE =
      setting(
          "cors.max-age",
          zeroOrFrom(Duration.ofSeconds(1)),
          "10m",
          "CORS_MAX_AGE",
          "How long browsers may remember what pages of a site may do; 0s leaves it to them.");

  static final Setting<Optional<Boolean>> OPENAPI_ENABLED =
      setting(
          "openapi-enabled",
          optional(flag()),
          "",
          "OPENAPI_ENABLED",
          "Serves a description of all HTTP paths at `/openapi.json`; if empty, everywhere but in"
              + " Kubernetes, which is where `KUBERNETES_SERVICE_HOST` is set in the environment.");

  static final Setting<Optional<Boolean>> DOCUMENTATION_PAGE_ENABLED =
      setting(
          "documentation-page-enabled",
          optional(flag()),
          "",
          "DOCUMENTATION_PAGE_ENABLED",
          "Serves a page at `/docs` on which all methods are described and may be called; if empty,"
              + " everywhere but in Kubernetes.");

  static final Setting<String> USER_FUNCTION_HOST =
      setting(
          "user-function-host",
          text(),
          "127.0.0.1",
          "USER_FUNCTION_HOST",
          "Where the user function listens.");

  static final Setting<Integer> USER_FUNCTION_PORT =
      setting(
          "user-function-port",
          port(1),
          "8080",
          "USER_FUNCTION_PORT",
          "The port on which the user function listens.");

  static final Setting<Integer> MAX_INBOUND_MESSAGE_SIZE =
      setting(
          "max-inbound-message-size",
          size(),
          "12M",
          "Largest message accepted from the user function.");

  static final Setting<Duration> STREAM_CLOSE_TIMEOUT =
      setting(
          "stream-close-timeout",
          duration(),
          "5s",
          "How long the user function may take to end a stream the proxy has half-closed.");

  static final Setting<Boolean> PROTOCOL_COMPATIBILITY_CHECK =
      setting(
          "protocol-compatibility-check",
          flag(),
          "true",
          "Refuses a user function that speaks an incompatible version of the protocol.");

  static final Setting<Duration> BACKOFF_MIN =
      setting(
          "backoff.min",
          duration(),
          "1s",
          "Wait before the user function is asked again after the first failure.");

  static final Setting<Duration> BACKOFF_MAX =
      setting(
          "backoff.max",
          duration(),
          "10s",
          "Longest wait between two attempts; at least `backoff.min`.");

  static final Setting<Double> BACKOFF_RANDOM_FACTOR =
      setting(
          "backoff.random-factor",
          number(0, 100),
          "0.2",
          "Largest share of a wait that is added to it at random.");

  static final Setting<Duration> RELAY_TIMEOUT =
      setting(
          "relay-timeout",
          positiveDuration(),
          "1m",
          "Longest time to wait for an entity's answer to a command, and for an action's where the"
              + " client sets no deadline; streams may take longer.");

  static final Setting<Integer> RELAY_BUFFER_SIZE =
      setting(
          "relay-buffer-size",
          atLeast(1),
          "100",
          "How many commands may wait for one entity; more are refused.");

  static final Setting<Integer> NUMBER_OF_SHARDS =
      setting(
          "number-of-shards",
          atLeast(1),
          "100",
          "Shards per entity type; must be the same on all nodes of a cluster.");

  static final Setting<Integer> MAX_LOADED_ENTITIES =
      setting(
          "max-loaded-entities",
          atLeast(1),
          "50000",
          "About how many entities of a service may be loaded on this node; beyond it, those that"
              + " were not called for longest are unloaded. CRDTs are not counted.");

  static final Setting<Integer> ROUTING_MAX_HOPS =
      setting(
          "routing.max-hops",
          atLeast(1),
          "32",
          "How many forwards and side effects may follow from one call, one from the other.");

  static final Setting<Integer> ROUTING_MAX_COMMANDS_PER_CALL =
      setting(
          "routing.max-commands-per-call",
          atLeast(1),
          "10000",
          "How many commands may come of one call in all: itself, its side effects and forwards, and"
              + " theirs.");

  static final Setting<Integer> ROUTING_MAX_ASYNC_EFFECTS =
      setting(
          "routing.max-async-effects",
          atLeast(1),
          "1000",
          "How many asynchronous side effects may run at a time on one node.");

  static final Setting<Integer> ROUTING_MAX_QUEUED_REPLIES =
      setting(
          "routing.max-queued-replies",
          atLeast(1),
          "100",
          "How many replies of a streamed call may wait for its client; over it the call fails.");

  static final Setting<Duration> EVENT_SOURCED_PASSIVATION_TIMEOUT =
      setting(
          "eventsourced-entity.passivation-timeout",
          positiveDuration(),
          "30s",
          "Idle time before an event sourced entity is unloaded, unless its service says.");

  static final Setting<Integer> EVENT_SOURCED_REPLAY_PAGE_EVENTS =
      setting(
          "eventsourced-entity.replay-page-events",
          atLeast(1),
          "500",
          "How many events are read at a time while an entity loads.");

  static final Setting<Integer> EVENT_SOURCED_REPLAY_PAGE_SIZE =
      setting(
          "eventsourced-entity.replay-page-size",
          size(),
          "1M",
          "About how many bytes of events are read at a time while an entity loads.");

  static final Setting<Boolean> VALUE_ENTITY_ENABLED =
      setting(
          "value-entity.enabled",
          flag(),
          "true",
          "Whether value entities are served; they also need a `store`.");

  static final Setting<Duration> VALUE_ENTITY_PASSIVATION_TIMEOUT =
      setting(
          "value-entity.passivation-timeout",
          positiveDuration(),
          "30s",
          "Idle time before a value entity is unloaded, unless its service says.");

  static final Setting<Duration> CRDT_PASSIVATION_TIMEOUT =
      setting(
          "crdt-entity.passivation-timeout",
          positiveDuration(),
          "30s",
          "Idle time before a CRDT entity is unloaded on a node, unless its service says.");

  static final Setting<Integer> CRDT_MAX_COMMANDS_IN_FLIGHT =
      setting(
          "crdt-entity.max-commands-in-flight",
          atLeast(1),
          "1000",
          "How many commands of one CRDT entity may be with the user function; others wait.");

  static final Setting<Duration> CRDT_STREAM_START_TIMEOUT =
      setting(
          "crdt-entity.stream-start-timeout",
          positiveDuration(),
          "1m",
          "Longest time to wait for the first reply to a streamed command of a CRDT entity.");

  static final Setting<Duration> CRDT_CANCEL_TIMEOUT =
      setting(
          "crdt-entity.cancel-timeout",
          positiveDuration(),
          "5s",
          "How long the user function may take to respond to a cancelled stream; then it counts as"
              + " having changed nothing.");

  static final Setting<StoreType> STORE =
      setting(
          "store",
          oneOf(StoreType.class),
          "h2",
          "CLOUDSTATE_STORE",
          "Where durable state is kept; with `none` only entities without any are served.");

  static final Setting<Path> H2_FILE =
      setting(
          "h2.file",
          file(),
          "./cloudstate-data/cloudstate",
          "CLOUDSTATE_H2_FILE",
          "The database file of the store `h2`, without its ending `.mv.db`.");

  static final Setting<Boolean> JDBC_AUTO_CREATE_TABLES =
      setting(
          "jdbc.auto-create-tables", flag(), "true", "Creates missing database tables at start.");

  static final Setting<Integer> JDBC_MAX_CONNECTIONS =
      setting(
          "jdbc.max-connections",
          atLeast(2),
          "8",
          "Connections to a database server; half of them write.");

  static final Setting<Duration> JDBC_CONNECTION_TIMEOUT =
      setting(
          "jdbc.connection-timeout",
          positiveDuration(),
          "2s",
          "How long connecting to a database server may take, rounded up to seconds.");

  static final Setting<Duration> JDBC_ANSWER_TIMEOUT =
      setting(
          "jdbc.answer-timeout",
          positiveDuration(),
          "10s",
          "How long a database server may take to answer, rounded up to seconds.");

  static final Setting<Integer> JDBC_MAX_QUEUED_EVENTS =
      setting(
          "jdbc.max-queued-events",
          atLeast(1),
          "10000",
          "How many events may wait to be written, and how many values; more are refused.");

  static final Setting<Integer> JDBC_MAX_QUEUED_READS =
      setting(
          "jdbc.max-queued-reads",
          atLeast(1),
          "5000",
          "How many reads may wait for the database; more are refused.");

  static final Setting<Integer> JDBC_MAX_QUEUED_SNAPSHOTS =
      setting(
          "jdbc.max-queued-snapshots",
          atLeast(1),
          "100",
          "How many snapshots may wait to be saved; more are not, and entities load more slowly.");

  static final Setting<String> POSTGRES_SERVICE =
      setting(
          "postgres.service",
          host(),
          "localhost",
          "POSTGRES_SERVICE",
          "Where the PostgreSQL server of the store `postgres` listens.");

  static final Setting<Integer> POSTGRES_PORT =
      setting("postgres.port", port(1), "5432", "POSTGRES_PORT", "The port on which it listens.");

  static final Setting<String> POSTGRES_DATABASE =
      setting(
          "postgres.database",
          text(),
          "cloudstate",
          "POSTGRES_DATABASE",
          "The database to use; it has to exist.");

  static final Setting<String> POSTGRES_USER =
      setting("postgres.user", text(), "cloudstate", "POSTGRES_USERNAME", "Who connects to it.");

  static final Setting<String> POSTGRES_PASSWORD =
      setting(
          "postgres.password", secret(), "cloudstate", "POSTGRES_PASSWORD", "The user's password.");

  static final Setting<Optional<String>> POSTGRES_SCHEMA =
      setting(
          "postgres.schema",
          optional(text()),
          "",
          "POSTGRES_SCHEMA",
          "The schema of all tables; if empty, the one the user's search path leads to.");

  static final Setting<Optional<Boolean>> POSTGRES_SSL =
      setting(
          "postgres.ssl.enabled",
          optional(flag()),
          "",
          "POSTGRES_SSL",
          "Whether to use TLS; `true` without a mode means `require`.");

  static final Setting<Optional<SslMode>> POSTGRES_SSL_MODE =
      setting(
          "postgres.ssl.mode",
          optional(oneOf(SslMode.class)),
          "",
          "POSTGRES_SSL_MODE",
          "How much TLS there has to be, in PostgreSQL's words; `disable` unless enabled.");

  static final Setting<Optional<Path>> POSTGRES_SSL_ROOT_CERT =
      setting(
          "postgres.ssl.root-cert",
          optional(readableFile()),
          "",
          "POSTGRES_SSL_ROOT_CERT",
          "Certificates (PEM) with which `verify-ca` and `verify-full` check the server's.");

  static final Setting<Optional<Path>> POSTGRES_SSL_CERT =
      setting(
          "postgres.ssl.cert",
          optional(readableFile()),
          "",
          "POSTGRES_SSL_CERT",
          "Certificate (PEM) that the proxy shows to the server.");

  static final Setting<Optional<Path>> POSTGRES_SSL_KEY =
      setting(
          "postgres.ssl.key",
          optional(readableFile()),
          "",
          "POSTGRES_SSL_KEY",
          "Its key, as PKCS #8 in DER form (`.pk8`) or as PKCS #12 (`.p12`).");

  static final Setting<Optional<String>> POSTGRES_SSL_PASSWORD =
      setting(
          "postgres.ssl.password",
          optional(secret()),
          "",
          "POSTGRES_SSL_PASSWORD",
          "The key's password.");

  static final Setting<Duration> REPLICATION_READ_TIMEOUT =
      setting(
          "replication.read-timeout",
          positiveDuration(),
          "3s",
          "How long a majority of the nodes may take to answer when a CRDT is loaded; then what this"
              + " node knows is enough.");

  static final Setting<Duration> REPLICATION_WRITE_TIMEOUT =
      setting(
          "replication.write-timeout",
          positiveDuration(),
          "5s",
          "How long nodes may take to confirm a change of a CRDT that asks for a majority or all.");

  static final Setting<Duration> REPLICATION_NOTIFY_INTERVAL =
      setting(
          "replication.notify-interval",
          positiveDuration(),
          "200ms",
          "How often CRDT entities are told of changes by other nodes; those in between are told as"
              + " one.");

  static final Setting<Duration> REPLICATION_SPREAD_INTERVAL =
      setting(
          "replication.spread-interval",
          positiveDuration(),
          "20ms",
          "How long changes of CRDTs are collected before they are sent to other nodes together.");

  static final Setting<Duration> REPLICATION_GOSSIP_INTERVAL =
      setting(
          "replication.gossip-interval",
          positiveDuration(),
          "10s",
          "How often a node compares its CRDTs with another node's and sends whole those that"
              + " differ.");

  static final Setting<Integer> REPLICATION_MAX_GOSSIP_KEYS =
      setting(
          "replication.max-gossip-keys",
          atLeast(1),
          "1000",
          "How many CRDTs may be sent after one such comparison; the next one goes on.");

  static final Setting<Integer> REPLICATION_LARGE_VALUE_SIZE =
      setting(
          "replication.large-value-size",
          size(),
          "8M",
          "A CRDT larger than this is warned of in the log; 32M is the most that nodes can send.");

  static final Setting<String> MANAGEMENT_HOST =
      setting(
          "management.host",
          host(),
          "0.0.0.0",
          "MANAGEMENT_HOST",
          "Address on which `/ready`, `/alive`, `/drain` and `/admin` are served.");

  static final Setting<Integer> MANAGEMENT_PORT =
      setting(
          "management.port",
          port(0),
          "8558",
          "MANAGEMENT_PORT",
          "The port of these; 0 takes any free one, which nodes that find each other cannot.");

  static final Setting<Duration> SHUTDOWN_DELAY =
      setting(
          "management.shutdown-delay",
          duration(),
          "0s",
          "SHUTDOWN_DELAY",
          "How long new calls are still taken after `/ready` has begun to say no: what spreads the"
              + " calls over the nodes takes a moment to notice.");

  static final Setting<Optional<Boolean>> TELEMETRY_DISABLED =
      setting(
          "telemetry.disabled",
          optional(flag()),
          "",
          "Whether nothing is measured, and no metrics are served; if empty, as `dev-mode-enabled`.");

  static final Setting<String> PROMETHEUS_HOST =
      setting(
          "telemetry.prometheus.host",
          host(),
          "0.0.0.0",
          "METRICS_HOST",
          "Address on which metrics are served, at `/metrics`.");

  static final Setting<Integer> PROMETHEUS_PORT =
      setting(
          "telemetry.prometheus.port",
          port(0),
          "9090",
          "METRICS_PORT",
          "The port of these; 0 takes any free one. One that is taken is logged, and the proxy goes"
              + " on without.");

  static final Setting<Optional<URI>> TRACING_ENDPOINT =
      setting(
          "telemetry.tracing.endpoint",
          optional(httpUrl()),
          "",
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "Collector that takes traces by OTLP over HTTP with protobuf, such as"
              + " `http://collector:4318`; `/v1/traces` is appended. If empty, calls are not traced.");

  static final Setting<Double> TRACING_RATIO =
      setting(
          "telemetry.tracing.ratio",
          number(0, 1),
          "1.0",
          "OTEL_TRACES_SAMPLER_ARG",
          "How many of those calls are followed whose caller has not decided that, from 0 to 1.");

  static final Setting<String> TRACING_SERVICE_NAME =
      setting(
          "telemetry.tracing.service-name",
          text(),
          "cloudstate-proxy",
          "OTEL_SERVICE_NAME",
          "What the proxy is called in traces.");

  static final Setting<Integer> TRACING_MAX_QUEUED_SPANS =
      setting(
          "telemetry.tracing.max-queued-spans",
          atLeast(1),
          "8192",
          "How many spans may wait to be sent; over it new ones are dropped.");

  static final Setting<Optional<Formation>> CLUSTER_FORMATION =
      setting(
          "cluster.formation",
          optional(oneOf(Formation.class)),
          "",
          "CLUSTER_FORMATION",
          "How this node finds the others of its cluster. If empty, it follows from which one of"
              + " `cluster.selector-label-value`, `seed-nodes`, `dns-name` and `contact-points` is"
              + " set: `kubernetes`, `seed-nodes`, `dns` or `config`; from none of them `single`.");

  static final Setting<List<NodeAddress>> CLUSTER_SEED_NODES =
      setting(
          "cluster.seed-nodes",
          addresses(),
          "",
          "CLUSTER_SEED_NODES",
          "Nodes to join, with their remoting ports, such as `10.0.0.1:25520, 10.0.0.2:25520`; the"
              + " same list everywhere, as only the first of them forms a new cluster.");

  static final Setting<List<NodeAddress>> CLUSTER_CONTACT_POINTS =
      setting(
          "cluster.contact-points",
          addresses(),
          "",
          "CLUSTER_CONTACT_POINTS",
          "The nodes that may form a cluster, with their management ports; the same everywhere.");

  static final Setting<Optional<String>> CLUSTER_DNS_NAME =
      setting(
          "cluster.dns-name",
          optional(host()),
          "",
          "CLUSTER_DNS_NAME",
          "A name whose addresses are those of all nodes, as of a headless service.");

  static final Setting<String> CLUSTER_SELECTOR_LABEL =
      setting(
          "cluster.selector-label",
          label(),
          "cloudstate.io/stateful-service",
          "SELECTOR_LABEL",
          "The label by which the pods of this service are found in Kubernetes.");

  static final Setting<Optional<String>> CLUSTER_SELECTOR_LABEL_VALUE =
      setting(
          "cluster.selector-label-value",
          optional(label()),
          "",
          "SELECTOR_LABEL_VALUE",
          "What that label says on all of them.");

  static final Setting<Integer> CLUSTER_REQUIRED_CONTACT_POINTS =
      setting(
          "cluster.required-contact-points",
          atLeast(1),
          "2",
          "REQUIRED_CONTACT_POINT_NR",
          "How many nodes have to be found before they form a new cluster. With more than half of"
              + " those that are started at first, they never form two.");

  static final Setting<Duration> CLUSTER_JOIN_TIMEOUT =
      setting(
          "cluster.join-timeout",
          positiveDuration(),
          "60s",
          "CLUSTER_JOIN_TIMEOUT",
          "How long joining may take; after that the process ends, to be started again.");

  static final Setting<Optional<String>> CLUSTER_REMOTING_HOST =
      setting(
          "cluster.remoting-host",
          optional(host()),
          "",
          "REMOTING_HOST",
          "The address by which other nodes reach this one; if empty, that of the machine. A node"
              + " that is `single` is reached by nobody.");

  static final Setting<Integer> CLUSTER_REMOTING_PORT =
      setting(
          "cluster.remoting-port",
          port(1),
          "25520",
          "REMOTING_PORT",
          "The port on which other nodes reach this one.");

  static final Setting<SplitBrainStrategy> CLUSTER_SPLIT_BRAIN_STRATEGY =
      setting(
          "cluster.split-brain.strategy",
          oneOf(SplitBrainStrategy.class),
          "keep-majority",
          "CLUSTER_SPLIT_BRAIN_STRATEGY",
          "Which nodes go on when they do not reach each other; the others end their processes.");

  static final Setting<Duration> CLUSTER_SPLIT_BRAIN_STABLE_AFTER =
      setting(
          "cluster.split-brain.stable-after",
          positiveDuration(),
          "10s",
          "For how long nothing must have changed before that is decided. Entities of a node that"
              + " has crashed are away for twice this long; more than 20 nodes need 20s.");

  static final Setting<Integer> CLUSTER_SPLIT_BRAIN_QUORUM_SIZE =
      setting(
          "cluster.split-brain.quorum-size",
          atLeast(1),
          "2",
          "CLUSTER_SPLIT_BRAIN_QUORUM_SIZE",
          "With the strategy `static-quorum`: how many nodes may go on; more than half of all.");

  static final Setting<Optional<Path>> CLUSTER_TLS_CERT =
      setting(
          "cluster.tls.cert",
          optional(readableFile()),
          "",
          "CLUSTER_TLS_CERT",
          "Certificate (PEM) of this node; nodes then talk by mutual TLS only.");

  static final Setting<Optional<Path>> CLUSTER_TLS_KEY =
      setting(
          "cluster.tls.key",
          optional(readableFile()),
          "",
          "CLUSTER_TLS_KEY",
          "Its key (PEM, PKCS #8 or PKCS #1).");

  static final Setting<Optional<Path>> CLUSTER_TLS_CA_CERT =
      setting(
          "cluster.tls.ca-cert",
          optional(readableFile()),
          "",
          "CLUSTER_TLS_CA_CERT",
          "Certificate (PEM) of the authority that signed those of all nodes, and nobody else's.");

  static final Setting<BrokerType> EVENTING_SUPPORT =
      setting(
          "eventing.support",
          oneOf(BrokerType.class),
          "none",
          "EVENTING_SUPPORT",
          "Where topics are: `none`, `kafka`, or `in-process` for development, where they are lost"
              + " with the process and seen by one node alone.");

  static final Setting<Integer> TOPICS_MAX_IN_FLIGHT =
      setting(
          "eventing.topics.max-in-flight",
          between(1, 10_000),
          "64",
          "How many events of one partition of a topic may be handled at a time; those of one key"
              + " are handled one after the other.");

  static final Setting<Integer> EVENTING_MAX_QUEUED_EVENTS =
      setting(
          "eventing.topics.max-queued-events",
          between(1, 100_000),
          "500",
          "From how many events of a partition that are not done with on no more are fetched.");

  static final Setting<Integer> EVENTING_MAX_PUBLISHING =
      setting(
          "eventing.topics.max-publishing",
          between(1, 1_000_000),
          "2000",
          "How many events may be on their way to the broker at a time on this node; over it"
              + " publishing fails.");

  static final Setting<Duration> EVENTING_DRAIN_TIMEOUT =
      setting(
          "eventing.topics.drain-timeout",
          positiveDuration(),
          "10s",
          "How long events that are being handled may take to end when a consumer stops or gives a"
              + " partition away; those that take longer come again.");

  static final Setting<Integer> EVENTING_IN_PROCESS_MAX_EVENTS =
      setting(
          "eventing.in-process.max-events",
          between(100, 10_000_000),
          "10000",
          "How many events a topic of the in-process broker keeps.");

  static final Setting<List<NodeAddress>> KAFKA_BOOTSTRAP_SERVERS =
      setting(
          "eventing.kafka.bootstrap-servers",
          addresses(),
          "",
          "KAFKA_BOOTSTRAP_SERVERS",
          "Some of Kafka's brokers, by which the others are found.");

  static final Setting<Optional<Path>> KAFKA_PROPERTIES_FILE =
      setting(
          "eventing.kafka.properties-file",
          optional(readableFile()),
          "",
          "KAFKA_PROPERTIES_FILE",
          "A file with further properties of Kafka's client, such as `security.protocol` and"
              + " `sasl.jaas.config`; those with the prefix `consumer.` or `producer.` are for that"
              + " alone. Its values are never shown.");

  static final Setting<Optional<String>> KAFKA_GROUP_PREFIX =
      setting(
          "eventing.kafka.group-prefix",
          optional(text()),
          "",
          "KAFKA_GROUP_PREFIX",
          "Put before the names of consumer groups, to tell those of several installations apart.");

  static final Setting<CloudEventsMode> KAFKA_CLOUD_EVENTS_MODE =
      setting(
          "eventing.kafka.cloud-events-mode",
          oneOf(CloudEventsMode.class),
          "binary",
          "How CloudEvents are written: `binary`, attributes as headers beside the data, or"
              + " `structured`, everything in one JSON document. Both are read.");

  static final Setting<Duration> KAFKA_PUBLISH_TIMEOUT =
      setting(
          "eventing.kafka.publish-timeout",
          positiveDuration(),
          "10s",
          "How long Kafka may take to confirm an event.");

  static final Setting<Duration> KAFKA_ANSWER_TIMEOUT =
      setting(
          "eventing.kafka.answer-timeout",
          positiveDuration(),
          "5s",
          "How long Kafka may take to answer a request before it counts as away; at most the time-out"
              + " for publishing.");

  static final Setting<Duration> EVENTING_CALL_TIMEOUT =
      setting(
          "eventing.call-timeout",
          positiveDuration(),
          "1m",
          "How long a method may take with an event; then it has failed with it.");

  static final Setting<Integer> EVENTING_RETRIES_MAX =
      setting(
          "eventing.retries.max",
          atLeast(0),
          "10",
          "How often an event is tried again with which the function fails. Attempts that fail"
              + " because the function or a store is away are not counted.");

  static final Setting<Duration> EVENTING_RETRIES_MIN_BACKOFF =
      setting(
          "eventing.retries.min-backoff",
          positiveDuration(),
          "200ms",
          "Time before the first such attempt; it doubles with each.");

  static final Setting<Duration> EVENTING_RETRIES_MAX_BACKOFF =
      setting(
          "eventing.retries.max-backoff",
          positiveDuration(),
          "30s",
          "The longest time before an attempt.");

  static final Setting<FailurePolicy> EVENTING_ON_FAILURE =
      setting(
          "eventing.on-failure",
          failurePolicy(),
          "stop",
          "EVENTING_ON_FAILURE",
          "What becomes of an event after the last attempt: the consumer stops there until it is"
              + " told to resume or skip, the event is skipped, or it is published to a topic.");

  static final Setting<Map<String, FailurePolicy>> EVENTING_ON_FAILURE_OF =
      setting(
          "eventing.on-failure-of",
          failurePolicies(),
          "",
          "EVENTING_ON_FAILURE_OF",
          "The same for some consumer groups, such as `reports=skip,orders=dead-letter:failed`.");

  static final Setting<Integer> EVENTING_LOG_SLICES =
      setting(
          "eventing.event-log.slices",
          between(1, 128),
          "4",
          "Into how many slices the entities of a type are divided, each of which one node consumes;"
              + " the same on all nodes. After a change some events are delivered again.");

  static final Setting<Integer> EVENTING_LOG_MAX_IN_FLIGHT =
      setting(
          "eventing.event-log.max-in-flight",
          atLeast(1),
          "32",
          "How many events of a slice of an event log may be handled at a time; those of one entity"
              + " are handled one after the other.");

  static final Setting<Start> EVENTING_LOG_START =
      setting(
          "eventing.event-log.start",
          oneOf(Start.class),
          "first",
          "Where a new consumer group begins to read an event log: at the first event, or now.");

  static final Setting<Duration> EVENTING_LOG_POLL_INTERVAL =
      setting(
          "eventing.event-log.poll-interval",
          positiveDuration(),
          "500ms",
          "How often events that other nodes have stored are looked for, with one short query.");

  static final Setting<Integer> EVENTING_LOG_PAGE_EVENTS =
      setting(
          "eventing.event-log.page-events",
          atLeast(1),
          "500",
          "How many events a slice reads ahead.");

  static final Setting<Integer> EVENTING_LOG_PAGE_SIZE =
      setting(
          "eventing.event-log.page-size",
          size(),
          "1M",
          "About how many bytes of events a slice reads at a time.");

  static final Setting<Integer> EVENTING_LOG_MAX_OPEN_NUMBERS =
      setting(
          "eventing.event-log.max-open-numbers",
          atLeast(1),
          "4096",
          "How many places of the log a slice may have passed without being done with them, because"
              + " their transactions are still under way or their events still with the function;"
              + " then it waits for them.");

  static final Setting<Integer> EVENTING_LOG_SAVE_EVENTS =
      setting(
          "eventing.event-log.save-events",
          atLeast(1),
          "100",
          "After how many events the position of a slice is saved. So many may be delivered again"
              + " after a crash.");

  static final Setting<Duration> EVENTING_LOG_SAVE_INTERVAL =
      setting(
          "eventing.event-log.save-interval",
          positiveDuration(),
          "1s",
          "After what time the position is saved, if there were fewer.");

  private KnownSettings() {}

  /** All of them, each once. */
  static List<Setting<?>> all() {
    return List.copyOf(DECLARED);
  }

  private static <T> Setting<T> setting(
      String name, SettingType<T> type, String defaultText, String meaning) {
    return setting(name, type, defaultText, null, meaning);
  }

  private static <T> Setting<T> setting(
      String name,
      SettingType<T> type,
      String defaultText,
      @Nullable String environmentVariable,
      String meaning) {
    var setting = new Setting<>(name, type, defaultText, environmentVariable, meaning);
    DECLARED.add(setting);
    return setting;
  }
}
