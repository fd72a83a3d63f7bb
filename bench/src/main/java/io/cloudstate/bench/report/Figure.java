package io.cloudstate.bench.report;

/** A column of the table, and those that programs get too, under their name in JSON. */
public enum Figure {
  COMMANDS_PER_SECOND("commandsPerSecond", "commands/s", 0, Shown.ALWAYS),
  P50("p50Millis", "p50 ms", 2, Shown.ALWAYS),
  P99("p99Millis", "p99 ms", 2, Shown.ALWAYS),
  P999("p999Millis", "p99.9 ms", 2, Shown.ALWAYS),
  PROXY_CPU("proxyCpuMicrosPerCommand", "proxy µs", 1, Shown.ALWAYS),
  FUNCTION_CPU("functionCpuMicrosPerCommand", "function µs", 1, Shown.ALWAYS),
  DATABASE_CPU("databaseCpuMicrosPerCommand", "database µs", 1, Shown.ALWAYS),
  GENERATOR_CPU("generatorCpuMicrosPerCommand", "generator µs", 1, Shown.IN_TABLE),
  DIRECT_RATIO("directRatio", "ratio", 3, Shown.ALWAYS),
  PROXY_RSS("proxyRssMiB", "RSS MiB", 0, Shown.ALWAYS),
  PROXY_HEAP("proxyHeapMiB", "heap MiB", 1, Shown.IN_TABLE),
  EVENTS_PER_SECOND("eventsPerSecond", "events/s", 0, Shown.WHERE_PRESENT),
  EVENT_P50("eventP50Millis", "event p50 ms", 2, Shown.WHERE_PRESENT),
  EVENT_P99("eventP99Millis", "event p99 ms", 2, Shown.WHERE_PRESENT),
  EVENT_CPU("proxyCpuMicrosPerEvent", "proxy µs/event", 1, Shown.WHERE_PRESENT),
  NODES("nodes", "nodes", 0, Shown.WHERE_PRESENT),
  SINGLE_NODE_RATIO("singleNodeRatio", "to one node", 3, Shown.WHERE_PRESENT),
  HEAP_PER_ENTITY("heapBytesPerEntity", "heap B/entity", 0, Shown.WHERE_PRESENT),
  START("startMillis", "start ms", 0, Shown.WHERE_PRESENT);

  /** Where a figure is shown. */
  enum Shown {
    ALWAYS,
    IN_TABLE,
    WHERE_PRESENT
  }

  private final String field;
  private final String title;
  private final int decimals;
  private final Shown shown;

  Figure(String field, String title, int decimals, Shown shown) {
    this.field = field;
    this.title = title;
    this.decimals = decimals;
    this.shown = shown;
  }

  String field() {
    return field;
  }

  String title() {
    return title;
  }

  int decimals() {
    return decimals;
  }

  Shown shown() {
    return shown;
  }
}
