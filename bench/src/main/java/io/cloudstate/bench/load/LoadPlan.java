package io.cloudstate.bench.load;

import static java.util.stream.Collectors.joining;

import io.cloudstate.bench.wire.CounterMethods;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a load generator has to do.
 *
 * @param ports where the counter is served, on this machine; connections take them in turn
 * @param threads event loops of the generator
 * @param connections how many connections the calls are spread over
 * @param inFlight how many calls are open at a time
 * @param warmUpInFlight the same for the first three quarters of the warm-up
 * @param entities how many counters are measured
 * @param warmUpMillis how long to call before anything counts
 * @param durationMillis how long what is measured takes; 0: until each counter was called once
 * @param startTimeoutMillis how long to wait until a first call is answered
 * @param method what to call
 * @param keys a file with the names of {@link #allCounters}, one a line; null: the run's own names
 */
public record LoadPlan(
    List<Integer> ports,
    int threads,
    int connections,
    int inFlight,
    int warmUpInFlight,
    int entities,
    long warmUpMillis,
    long durationMillis,
    long startTimeoutMillis,
    Method method,
    @Nullable Path keys) {

  private static final long LOAD_TIMEOUT_MILLIS = 100;
  private static final String PORT_SEPARATOR = ",";

  public LoadPlan {
    ports = List.copyOf(ports);
  }

  /** What can be called. */
  public enum Method {
    INCREMENT,
    INCREMENT_JSON,
    READ,
    ECHO,
    ECHO_ALL;

    /** Whether it is called by HTTP and JSON instead of gRPC. */
    boolean isJson() {
      return this == INCREMENT_JSON;
    }

    boolean increments() {
      return this == INCREMENT || this == INCREMENT_JSON;
    }

    MethodDescriptor<byte[], byte[]> descriptor() {
      return switch (this) {
        case INCREMENT, INCREMENT_JSON -> CounterMethods.INCREMENT;
        case READ -> CounterMethods.READ;
        case ECHO -> CounterMethods.ECHO;
        case ECHO_ALL -> CounterMethods.ECHO_ALL;
      };
    }
  }

  /**
   * The same with fewer counters, if there are more than so many. They are few because each is
   * large, so the warm-up has none of its own.
   */
  public LoadPlan withAtMost(int counters) {
    return new LoadPlan(
        ports,
        threads,
        connections,
        inFlight,
        counters < entities ? inFlight : warmUpInFlight,
        Math.min(entities, counters),
        warmUpMillis,
        durationMillis,
        startTimeoutMillis,
        method,
        keys);
  }

  /** The same with these counters, of which there are {@link #allCounters}. */
  public LoadPlan withKeys(Path file) {
    return new LoadPlan(
        ports,
        threads,
        connections,
        inFlight,
        warmUpInFlight,
        entities,
        warmUpMillis,
        durationMillis,
        startTimeoutMillis,
        method,
        file);
  }

  /**
   * How many counters are called: those that are measured, and for a warm-up with more in flight as
   * many others, so that entities are loaded by callers like those who call them then.
   */
  public int allCounters() {
    return hasOwnWarmUp() ? 2 * entities : entities;
  }

  /** How long it may take to call each counter once, at most. */
  public long onceEachMillis() {
    return entities * LOAD_TIMEOUT_MILLIS;
  }

  boolean hasOwnWarmUp() {
    return warmUpInFlight > inFlight && !callsEachOnce();
  }

  boolean callsEachOnce() {
    return durationMillis == 0;
  }

  /** As arguments of {@link LoadMain}, in the order of the fields. */
  public List<String> arguments() {
    var arguments = new ArrayList<String>();
    arguments.add(ports.stream().map(String::valueOf).collect(joining(PORT_SEPARATOR)));
    for (var value :
        List.of(
            threads,
            connections,
            inFlight,
            warmUpInFlight,
            entities,
            warmUpMillis,
            durationMillis,
            startTimeoutMillis,
            method,
            keys == null ? "" : keys)) {
      arguments.add(value.toString());
    }
    return arguments;
  }

  static LoadPlan of(String[] arguments) {
    return new LoadPlan(
        Stream.of(arguments[0].split(PORT_SEPARATOR)).map(Integer::valueOf).toList(),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]),
        Integer.parseInt(arguments[5]),
        Long.parseLong(arguments[6]),
        Long.parseLong(arguments[7]),
        Long.parseLong(arguments[8]),
        Method.valueOf(arguments[9]),
        arguments[10].isEmpty() ? null : Path.of(arguments[10]));
  }
}
