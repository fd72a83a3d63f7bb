package io.cloudstate.proxy.metrics;

import java.util.List;
import java.util.stream.Collectors;

/** {@code docs/reference/metrics.md}, written from what the code records. */
final class MetricsPage {

  private static final String PAGE =
      """
      # Metrics

      <!-- Generated from the families of io.cloudstate.proxy.metrics. To write it anew:
           %s -->

      The proxy serves its metrics to Prometheus at `GET /metrics` (and `GET /`) of the port
      `telemetry.prometheus.port`, 9090 unless `METRICS_PORT` says otherwise: as text 0.0.4, or
      OpenMetrics for those who ask for it, zipped if they like. `?name[]=…`, once or more often,
      asks for some metrics only. Nothing is recorded, and the port is closed, with
      `telemetry.disabled`, which is on in dev mode. A port that cannot be had is logged; the proxy
      goes on without.

      Names say what they count: `cloudstate_<kind>_…` are of one kind of entity, with the label
      `entity_name`: the persistence id of the entity's type (an action's service name), never an
      entity's id. What two kinds share has the same name behind the prefix. The names of
      `cloudstate_eventsourced_…` are those of the original Cloudstate proxy wherever it had one.
      `service` and `method` are those the user function has announced, `code` is a
      [gRPC status](https://grpc.io/docs/guides/status-codes/), `rpc` a method of the protocol.
      `group` and `source` (such as `topic orders`) are those of a consumer, as at
      `/admin/consumers`, and `topic` is one that the function or the settings name.
      Times are in seconds, sizes in bytes. Everything is of this proxy alone; sum it up.

      Every received command is completed once, also when its instance fails, so that
      `received_commands_total` − `completed_commands_total` is what is under way. One that waits
      while its instance loads is received when that is done; if loading fails, it never was. One
      that waits through a restart is received once. `passivated_entities_total` counts every end of
      an instance, as the original does; `stopped_entities_total` tells why. A snapshot counts when
      it has been stored.

      For a HorizontalPodAutoscaler: `cloudstate_ingress_requests_in_flight` per node, and the rates
      of `cloudstate_ingress_request_duration_seconds_sum` and
      `cloudstate_<kind>_command_processing_time_seconds_sum`, which are how many calls and commands
      are under way on average. Subtract the rate of `cloudstate_<kind>_persist_time_seconds_sum`: no
      node more helps against a slow database.

      %s

      ## JVM and process

      Those of the [Prometheus client](https://prometheus.github.io/client_java/instrumentation/jvm/),
      `jvm_…` and `process_…`; among them:

      | metric | type |
      |---|---|
      %s
      """;

  /** Those that every JVM has. */
  static final List<Family> OF_THE_JVM =
      List.of(
          ofTheJvm("jvm_memory_used_bytes", "gauge"),
          ofTheJvm("jvm_memory_max_bytes", "gauge"),
          ofTheJvm("jvm_gc_collection_seconds", "summary"),
          ofTheJvm("jvm_threads_current", "gauge"),
          ofTheJvm("jvm_buffer_pool_used_bytes", "gauge"),
          ofTheJvm("jvm_classes_currently_loaded", "gauge"),
          ofTheJvm("process_cpu_seconds_total", "counter"),
          ofTheJvm("process_resident_memory_bytes", "gauge"),
          ofTheJvm("process_open_fds", "gauge"),
          ofTheJvm("process_start_time_seconds", "gauge"));

  private MetricsPage() {}

  private static Family ofTheJvm(String name, String type) {
    return new Family(name, type, List.of(), "");
  }

  /** The page's text; {@code command} is what writes it. */
  static String text(String command, List<Family> families) {
    var sections =
        List.of(
            section("Event sourced entities", "cloudstate_eventsourced_", families),
            section("Value entities", "cloudstate_value_", families),
            section("CRDTs", "cloudstate_crdt_", families),
            section("Actions", "cloudstate_action_", families),
            section("Calls of clients", "cloudstate_ingress_", families),
            section("The user function", "cloudstate_function_", families),
            section("The store", "cloudstate_store_", families),
            section("Eventing", "cloudstate_eventing_", families)
                + rows("cloudstate_outbox_", families),
            section("Cluster, sharding, replication", "cloudstate_cluster_", families)
                + rows("cloudstate_sharding_", families)
                + rows("cloudstate_replication_", families));
    return PAGE.formatted(
        command,
        String.join("\n", sections).stripTrailing(),
        OF_THE_JVM.stream()
            .map(family -> "| `%s` | %s |".formatted(family.name(), family.type()))
            .collect(Collectors.joining("\n")));
  }

  private static String section(String title, String prefix, List<Family> families) {
    return "## "
        + title
        + "\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
        + rows(prefix, families);
  }

  private static String rows(String prefix, List<Family> families) {
    return families.stream()
        .filter(family -> family.name().startsWith(prefix))
        .map(MetricsPage::row)
        .collect(Collectors.joining());
  }

  private static String row(Family family) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            family.name(),
            family.type(),
            family.labels().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
            family.meaning());
  }
}
