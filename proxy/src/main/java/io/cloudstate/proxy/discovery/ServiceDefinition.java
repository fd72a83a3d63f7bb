package io.cloudstate.proxy.discovery;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One service of the user function and how its state is managed.
 *
 * @param name full name, as in the descriptors
 * @param persistenceId the type's name in storage; empty only where it names no stored state
 * @param passivationTimeout when the function asks for one; at least 1 ms
 * @param methods by simple name
 */
public record ServiceDefinition(
    String name,
    EntityType type,
    String persistenceId,
    Optional<Duration> passivationTimeout,
    Map<String, MethodDefinition> methods) {

  public ServiceDefinition {
    methods = Map.copyOf(methods);
  }

  /** As their author wrote them down. */
  public List<MethodDefinition> methodsInOrder() {
    return methods.values().stream()
        .sorted(Comparator.comparingInt(method -> method.descriptor().getIndex()))
        .toList();
  }
}
