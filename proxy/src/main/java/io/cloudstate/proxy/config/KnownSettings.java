package io.cloudstate.proxy.config;

import static io.cloudstate.proxy.config.SettingType.atLeast;
import static io.cloudstate.proxy.config.SettingType.duration;
import static io.cloudstate.proxy.config.SettingType.file;
import static io.cloudstate.proxy.config.SettingType.flag;
import static io.cloudstate.proxy.config.SettingType.number;
import static io.cloudstate.proxy.config.SettingType.oneOf;
import static io.cloudstate.proxy.config.SettingType.port;
import static io.cloudstate.proxy.config.SettingType.positiveDuration;
import static io.cloudstate.proxy.config.SettingType.size;
import static io.cloudstate.proxy.config.SettingType.text;

import io.cloudstate.proxy.config.ProxySettings.StoreType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  static final Setting<Duration> GRACEFUL_TERMINATION_TIMEOUT =
      setting(
          "graceful-termination-timeout",
          duration(),
          "10s",
          "How long running calls may go on after the proxy was told to stop.");

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
          "Longest time to wait for an entity's answer to a command.");

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
