package io.cloudstate.proxy.config;

import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import io.cloudstate.proxy.config.ProxySettings.CrdtEntities;
import io.cloudstate.proxy.config.ProxySettings.Discovery;
import io.cloudstate.proxy.config.ProxySettings.Documentation;
import io.cloudstate.proxy.config.ProxySettings.Entities;
import io.cloudstate.proxy.config.ProxySettings.EventSourced;
import io.cloudstate.proxy.config.ProxySettings.Jdbc;
import io.cloudstate.proxy.config.ProxySettings.Management;
import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.config.ProxySettings.Replication;
import io.cloudstate.proxy.config.ProxySettings.Routing;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.config.ProxySettings.SslMode;
import io.cloudstate.proxy.config.ProxySettings.Store;
import io.cloudstate.proxy.config.ProxySettings.Telemetry;
import io.cloudstate.proxy.config.ProxySettings.Tls;
import io.cloudstate.proxy.config.ProxySettings.Tracing;
import io.cloudstate.proxy.config.ProxySettings.UserFunction;
import io.cloudstate.proxy.config.ProxySettings.ValueEntities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns what the sources say into {@link ProxySettings}. A value that does not hold is noted and
 * stands in with its default, so that one pass finds every problem.
 */
public final class SettingsReader {

  /** Every container of a pod has it. */
  private static final String SET_IN_KUBERNETES = "KUBERNETES_SERVICE_HOST";

  private final SettingSources sources;
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(SettingSources sources) {
    this.sources = sources;
  }

  /**
   * Reads and checks all settings.
   *
   * @throws InvalidSettings with all problems, if there are any
   */
  public static LoadedSettings read(SettingSources sources) {
    return new SettingsReader(sources).read();
  }

  private LoadedSettings read() {
    var stray = StrayKeys.in(sources.config());
    problems.addAll(stray.problems());
    var settings = settings();
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return new LoadedSettings(settings, stray.warnings());
  }

  private ProxySettings settings() {
    var devMode = get(KnownSettings.DEV_MODE);
    var management = management();
    return new ProxySettings(
        devMode,
        serving(),
        documentation(),
        userFunction(),
        discovery(),
        routing(),
        entities(),
        eventSourced(),
        valueEntities(),
        crdtEntities(),
        store(),
        replication(),
        management,
        telemetry(devMode),
        new ClusterReader(this, devMode, management.port()).read(),
        new EventingReader(this).read(),
        new BrokerReader(this).read());
  }

  private Serving serving() {
    return new Serving(
        get(KnownSettings.HTTP_INTERFACE),
        get(KnownSettings.HTTP_PORT),
        get(KnownSettings.MAX_REQUEST_SIZE),
        get(KnownSettings.MAX_CONCURRENT_CALLS),
        get(KnownSettings.GRACEFUL_TERMINATION_TIMEOUT),
        connections(),
        tls(),
        new Cors(
            get(KnownSettings.CORS_ALLOWED_ORIGINS),
            get(KnownSettings.CORS_ALLOWED_HEADERS),
            get(KnownSettings.CORS_EXPOSED_HEADERS),
            get(KnownSettings.CORS_MAX_AGE)));
  }

  private Connections connections() {
    return new Connections(
        get(KnownSettings.CONNECTIONS_MAX),
        get(KnownSettings.CONNECTIONS_MAX_HEADER_SIZE),
        get(KnownSettings.CONNECTIONS_IDLE_TIMEOUT),
        get(KnownSettings.CONNECTIONS_FIRST_REQUEST_TIMEOUT),
        get(KnownSettings.CONNECTIONS_MAX_AGE),
        get(KnownSettings.CONNECTIONS_MAX_RESETS_PER_SECOND),
        get(KnownSettings.CONNECTIONS_MAX_CONTROL_FRAMES_PER_SECOND));
  }

  private Optional<Tls> tls() {
    var certificate = get(KnownSettings.TLS_CERTIFICATE);
    var key = get(KnownSettings.TLS_KEY);
    var clientAuth = get(KnownSettings.TLS_CLIENT_AUTH);
    var clientCa = get(KnownSettings.TLS_CLIENT_CA);
    var reloadInterval = get(KnownSettings.TLS_RELOAD_INTERVAL);
    needs(KnownSettings.TLS_CERTIFICATE, KnownSettings.TLS_KEY);
    needs(KnownSettings.TLS_KEY, KnownSettings.TLS_CERTIFICATE);
    needs(KnownSettings.TLS_CLIENT_CA, KnownSettings.TLS_CERTIFICATE);
    if (clientAuth != ClientAuth.NONE && isEmpty(KnownSettings.TLS_CLIENT_CA)) {
      contradicts(KnownSettings.TLS_CLIENT_CA, KnownSettings.TLS_CLIENT_AUTH);
    }
    return certificate.flatMap(
        chain -> key.map(path -> new Tls(chain, path, clientAuth, clientCa, reloadInterval)));
  }

  /** One that is there needs the other. */
  private void needs(
      Setting<? extends Optional<?>> setting, Setting<? extends Optional<?>> needed) {
    if (isEmpty(needed) && !isEmpty(setting)) {
      contradicts(needed, setting);
    }
  }

  private Documentation documentation() {
    var byDefault = !isInKubernetes();
    return new Documentation(
        get(KnownSettings.OPENAPI_ENABLED).orElse(byDefault),
        get(KnownSettings.DOCUMENTATION_PAGE_ENABLED).orElse(byDefault));
  }

  private boolean isInKubernetes() {
    return !sources.environment().getOrDefault(SET_IN_KUBERNETES, "").isEmpty();
  }

  private UserFunction userFunction() {
    return new UserFunction(
        get(KnownSettings.USER_FUNCTION_HOST),
        get(KnownSettings.USER_FUNCTION_PORT),
        get(KnownSettings.MAX_INBOUND_MESSAGE_SIZE),
        get(KnownSettings.STREAM_CLOSE_TIMEOUT));
  }

  private Discovery discovery() {
    var discovery =
        new Discovery(
            get(KnownSettings.PROTOCOL_COMPATIBILITY_CHECK),
            get(KnownSettings.BACKOFF_MIN),
            get(KnownSettings.BACKOFF_MAX),
            get(KnownSettings.BACKOFF_RANDOM_FACTOR));
    checkOrder(KnownSettings.BACKOFF_MIN, KnownSettings.BACKOFF_MAX);
    return discovery;
  }

  private Routing routing() {
    return new Routing(
        get(KnownSettings.ROUTING_MAX_HOPS),
        get(KnownSettings.ROUTING_MAX_COMMANDS_PER_CALL),
        get(KnownSettings.ROUTING_MAX_ASYNC_EFFECTS),
        get(KnownSettings.ROUTING_MAX_QUEUED_REPLIES));
  }

  private Entities entities() {
    return new Entities(
        get(KnownSettings.RELAY_TIMEOUT),
        get(KnownSettings.RELAY_BUFFER_SIZE),
        get(KnownSettings.NUMBER_OF_SHARDS),
        get(KnownSettings.MAX_LOADED_ENTITIES));
  }

  private EventSourced eventSourced() {
    return new EventSourced(
        get(KnownSettings.EVENT_SOURCED_PASSIVATION_TIMEOUT),
        get(KnownSettings.EVENT_SOURCED_REPLAY_PAGE_EVENTS),
        get(KnownSettings.EVENT_SOURCED_REPLAY_PAGE_SIZE));
  }

  private ValueEntities valueEntities() {
    return new ValueEntities(
        get(KnownSettings.VALUE_ENTITY_ENABLED),
        get(KnownSettings.VALUE_ENTITY_PASSIVATION_TIMEOUT));
  }

  private CrdtEntities crdtEntities() {
    return new CrdtEntities(
        get(KnownSettings.CRDT_PASSIVATION_TIMEOUT),
        get(KnownSettings.CRDT_MAX_COMMANDS_IN_FLIGHT),
        get(KnownSettings.CRDT_STREAM_START_TIMEOUT),
        get(KnownSettings.CRDT_CANCEL_TIMEOUT));
  }

  private Replication replication() {
    return new Replication(
        get(KnownSettings.REPLICATION_READ_TIMEOUT),
        get(KnownSettings.REPLICATION_WRITE_TIMEOUT),
        get(KnownSettings.REPLICATION_NOTIFY_INTERVAL),
        get(KnownSettings.REPLICATION_SPREAD_INTERVAL),
        get(KnownSettings.REPLICATION_GOSSIP_INTERVAL),
        get(KnownSettings.REPLICATION_MAX_GOSSIP_KEYS),
        get(KnownSettings.REPLICATION_LARGE_VALUE_SIZE));
  }

  private Management management() {
    return new Management(
        get(KnownSettings.MANAGEMENT_HOST),
        get(KnownSettings.MANAGEMENT_PORT),
        get(KnownSettings.SHUTDOWN_DELAY));
  }

  private Telemetry telemetry(boolean devMode) {
    return new Telemetry(
        !get(KnownSettings.TELEMETRY_DISABLED).orElse(devMode),
        get(KnownSettings.PROMETHEUS_HOST),
        get(KnownSettings.PROMETHEUS_PORT),
        tracing());
  }

  private Optional<Tracing> tracing() {
    var ratio = get(KnownSettings.TRACING_RATIO);
    var serviceName = get(KnownSettings.TRACING_SERVICE_NAME);
    var maxQueuedSpans = get(KnownSettings.TRACING_MAX_QUEUED_SPANS);
    return get(KnownSettings.TRACING_ENDPOINT)
        .map(endpoint -> new Tracing(endpoint, ratio, serviceName, maxQueuedSpans));
  }

  private Store store() {
    return new Store(get(KnownSettings.STORE), get(KnownSettings.H2_FILE), postgres(), jdbc());
  }

  private Jdbc jdbc() {
    return new Jdbc(
        get(KnownSettings.JDBC_AUTO_CREATE_TABLES),
        get(KnownSettings.JDBC_MAX_CONNECTIONS),
        get(KnownSettings.JDBC_CONNECTION_TIMEOUT),
        get(KnownSettings.JDBC_ANSWER_TIMEOUT),
        get(KnownSettings.JDBC_MAX_QUEUED_EVENTS),
        get(KnownSettings.JDBC_MAX_QUEUED_READS),
        get(KnownSettings.JDBC_MAX_QUEUED_SNAPSHOTS));
  }

  private Postgres postgres() {
    return new Postgres(
        get(KnownSettings.POSTGRES_SERVICE),
        get(KnownSettings.POSTGRES_PORT),
        get(KnownSettings.POSTGRES_DATABASE),
        get(KnownSettings.POSTGRES_USER),
        get(KnownSettings.POSTGRES_PASSWORD),
        get(KnownSettings.POSTGRES_SCHEMA).orElse(""),
        postgresSsl());
  }

  private PostgresSsl postgresSsl() {
    var enabled = get(KnownSettings.POSTGRES_SSL);
    var wanted = get(KnownSettings.POSTGRES_SSL_MODE);
    var mode = wanted.orElse(enabled.orElse(false) ? SslMode.REQUIRE : SslMode.DISABLE);
    var rootCert = get(KnownSettings.POSTGRES_SSL_ROOT_CERT);
    var cert = get(KnownSettings.POSTGRES_SSL_CERT);
    var key = get(KnownSettings.POSTGRES_SSL_KEY);
    var isOn = mode != SslMode.DISABLE;
    if (enabled.isPresent() && enabled.get() != isOn) {
      contradicts(KnownSettings.POSTGRES_SSL_MODE, KnownSettings.POSTGRES_SSL);
    }
    if (mode.verifies() && isEmpty(KnownSettings.POSTGRES_SSL_ROOT_CERT)) {
      contradicts(KnownSettings.POSTGRES_SSL_ROOT_CERT, KnownSettings.POSTGRES_SSL_MODE);
    }
    needs(KnownSettings.POSTGRES_SSL_CERT, KnownSettings.POSTGRES_SSL_KEY);
    needs(KnownSettings.POSTGRES_SSL_KEY, KnownSettings.POSTGRES_SSL_CERT);
    return new PostgresSsl(mode, rootCert, cert, key, get(KnownSettings.POSTGRES_SSL_PASSWORD));
  }

  /** Whether anything was said, whether it holds or not. */
  boolean isSaid(Setting<?> setting) {
    return !(FoundValue.of(setting, sources) instanceof FoundValue.Text found)
        || !found.text().isBlank();
  }

  /** Whether nothing was said; something that does not hold has been said. */
  private boolean isEmpty(Setting<? extends Optional<?>> setting) {
    return FoundValue.of(setting, sources)
        .as(setting.type())
        .map(value -> value.isEmpty())
        .orElse(false);
  }

  void contradicts(Setting<?> setting, Setting<?> other) {
    expects(
        setting,
        "something that goes with %s, %s"
            .formatted(other.key(), FoundValue.of(other, sources).shownAs(other.type())));
  }

  /** The value of a setting holds by itself, but not beside the others. */
  void expects(Setting<?> setting, String expected) {
    problems.add(problem(setting, FoundValue.of(setting, sources), expected));
  }

  <T> T get(Setting<T> setting) {
    var found = FoundValue.of(setting, sources);
    return found
        .as(setting.type())
        .orElseGet(
            () -> {
              problems.add(problem(setting, found, setting.type().expected()));
              return setting.defaultValue();
            });
  }

  /** Compares two settings only if both hold by themselves: no problem is reported twice. */
  void checkOrder(Setting<Duration> lower, Setting<Duration> upper) {
    var low = FoundValue.of(lower, sources);
    var high = FoundValue.of(upper, sources);
    var inOrder =
        low.as(lower.type())
            .flatMap(min -> high.as(upper.type()).map(max -> max.compareTo(min) >= 0))
            .orElse(true);
    if (!inOrder) {
      var expected = "at least " + lower.key() + ", " + low.shownAs(lower.type());
      problems.add(problem(upper, high, expected));
    }
  }

  private static String problem(Setting<?> setting, FoundValue found, String expected) {
    return "%s: %s from %s (expected: %s)"
        .formatted(setting.key(), found.shownAs(setting.type()), found.source(), expected);
  }
}
