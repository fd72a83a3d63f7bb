package io.cloudstate.proxy.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether this node can be sent calls, and whether it is alive at all. Every part is asked each
 * time, in the order in which they were named.
 *
 * <p>Implements spec/telemetry.md 4.
 */
@ThreadSafe
public final class Health {

  /** What is wrong with something, or nothing. Answers at once, on any thread. */
  @FunctionalInterface
  public interface Part extends Supplier<Optional<String>> {}

  /**
   * What all parts have said.
   *
   * @param parts by name: what is wrong, or {@link #FINE}
   */
  public record Report(boolean isHealthy, Map<String, String> parts) {

    static final String FINE = "ok";

    /** The body of the answer to a probe. */
    public String text() {
      return isHealthy
          ? "OK"
          : parts.entrySet().stream()
              .filter(part -> !part.getValue().equals(FINE))
              .map(part -> part.getKey() + ": " + part.getValue())
              .collect(Collectors.joining("; ", "Not Healthy: ", ""));
    }
  }

  private final Map<String, Part> neededForCalls;
  private final Map<String, Part> neededForLife;
  private volatile boolean isStopping;

  /**
   * @param neededForCalls without which no calls are to be sent here
   * @param neededForLife without which the process has to be started again
   */
  public Health(Map<String, Part> neededForCalls, Map<String, Part> neededForLife) {
    this.neededForCalls = new LinkedHashMap<>(neededForCalls);
    this.neededForLife = new LinkedHashMap<>(neededForLife);
  }

  /** From now on this node is not ready, and alive whatever its parts say: it is about to end. */
  public void stopping() {
    isStopping = true;
  }

  /** Whether calls are to be sent here. */
  public Report ready() {
    return isStopping ? new Report(false, Map.of("proxy", "stopping")) : ask(neededForCalls);
  }

  /** Whether the process is to go on; it may well have to wait for others. */
  public Report alive() {
    return isStopping ? new Report(true, Map.of("proxy", "stopping")) : ask(neededForLife);
  }

  private static Report ask(Map<String, Part> parts) {
    var said = new LinkedHashMap<String, String>();
    parts.forEach((name, part) -> said.put(name, part.get().orElse(Report.FINE)));
    return new Report(said.values().stream().allMatch(Report.FINE::equals), said);
  }
}
