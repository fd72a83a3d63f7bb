package io.cloudstate.proxy.discovery.eventing;

/** Where events come from (spec/eventing.md 1). */
public sealed interface EventSource {

  /** Of the topic or log. */
  String name();

  /** What it is called in the option. */
  String kind();

  /** A topic of the configured broker. */
  record Topic(String name) implements EventSource {

    @Override
    public String kind() {
      return "topic";
    }
  }

  /**
   * The events of all entities of a type.
   *
   * @param name persistence id of the type; it need not be one of the same function
   */
  record EventLog(String name) implements EventSource {

    @Override
    public String kind() {
      return "event_log";
    }
  }
}
