package io.cloudstate.proxy.discovery.eventing;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cloudstate.proxy.discovery.eventing.EventConsumer.Subscriber;
import io.cloudstate.proxy.discovery.eventing.EventingOption.In;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a function wants to consume and publish (spec/eventing.md 3). A mistake takes out what it
 * concerns, the consumer or the destination, and nothing else.
 *
 * @param consumers one per service, group and source
 * @param outTopics where replies to direct calls are published, by full name of the method
 * @param mistakes for the function's author
 */
public record EventingPlan(
    List<EventConsumer> consumers, Map<String, String> outTopics, List<String> mistakes) {

  /** Nothing is consumed and nothing published. */
  public static final EventingPlan NONE = new EventingPlan(List.of(), Map.of(), List.of());

  public EventingPlan {
    consumers = List.copyOf(consumers);
    outTopics = Map.copyOf(outTopics);
    mistakes = List.copyOf(mistakes);
  }

  /** The plan of these methods, of any services, and what is wrong with their options. */
  public static EventingPlan of(List<MethodDescriptor> methods, EventingSupport support) {
    var planner = new Planner();
    methods.forEach(method -> planner.add(method, EventingOption.of(method, support)));
    return planner.plan();
  }

  /** Whether any consumer reads an event log. */
  public boolean readsEventLogs() {
    return consumers.stream()
        .anyMatch(consumer -> consumer.source() instanceof EventSource.EventLog);
  }

  /** Puts methods together that are one consumer. */
  private static final class Planner {

    private record Key(String service, In in) {}

    private final Map<Key, List<Subscriber>> subscribers = new LinkedHashMap<>();
    private final Set<Key> wrong = new HashSet<>();
    private final Map<String, String> outTopics = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    void add(MethodDescriptor method, EventingOption option) {
      mistakes.addAll(option.mistakes());
      option.outTopic().ifPresent(topic -> outTopics.put(method.getFullName(), topic));
      option.in().ifPresent(in -> subscribe(method, in, option));
    }

    private void subscribe(MethodDescriptor method, In in, EventingOption option) {
      var key = new Key(method.getService().getFullName(), in);
      var others = subscribers.computeIfAbsent(key, unknown -> new ArrayList<>());
      if (!option.mistakes().isEmpty()) {
        wrong.add(key);
      }
      rival(others, method)
          .ifPresent(
              rival -> {
                wrong.add(key);
                mistakes.add(
                    EventingMistakes.sameType(
                        rival.getFullName(),
                        method.getFullName(),
                        method.getInputType().getFullName(),
                        in.source(),
                        in.group()));
              });
      others.add(new Subscriber(method, option.outTopic()));
    }

    private static Optional<MethodDescriptor> rival(
        List<Subscriber> others, MethodDescriptor method) {
      var type = method.getInputType().getFullName();
      return others.stream()
          .map(Subscriber::descriptor)
          .filter(other -> other.getInputType().getFullName().equals(type))
          .findFirst();
    }

    EventingPlan plan() {
      var consumers = new ArrayList<EventConsumer>();
      subscribers.forEach(
          (key, methods) -> {
            if (!wrong.contains(key)) {
              consumers.add(
                  new EventConsumer(key.service(), key.in().group(), key.in().source(), methods));
            }
          });
      return new EventingPlan(consumers, outTopics, mistakes);
    }
  }
}
