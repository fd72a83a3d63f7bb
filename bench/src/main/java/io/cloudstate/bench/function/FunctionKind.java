package io.cloudstate.bench.function;

/** What serves the counter. */
public enum FunctionKind {
  /** A plain gRPC server. */
  DIRECT("direct"),
  /** A user function whose counters are event sourced entities. */
  EVENT_SOURCED("function"),
  /** A user function whose counters are value entities. */
  VALUE("function"),
  /** A user function with an action that echoes, beside event sourced counters. */
  ACTION("function"),
  /** A user function with an action that follows the log of its event sourced counters. */
  CONSUMES_LOG("function"),
  /** A user function with an action that consumes the topic its counters publish replies to. */
  CONSUMES_TOPIC("function"),
  /** A user function whose counters are CRDTs that count. */
  CRDT_COUNTER("function"),
  /** A user function whose counters are large sets: a new element for each increment. */
  CRDT_ORSET("function");

  private final String process;

  FunctionKind(String process) {
    this.process = process;
  }

  /** What its process and its log are called. */
  public String process() {
    return process;
  }
}
