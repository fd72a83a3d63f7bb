package io.cloudstate.proxy.discovery.eventing;

import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * One subscription of a service: the methods that take the events of a source, as one consumer
 * group (spec/eventing.md 3). An empty group and the service's name are the same group.
 *
 * @param service full name
 * @param group never empty
 * @param methods at least one; with distinct input types
 */
public record EventConsumer(
    String service, String group, EventSource source, List<Subscriber> methods) {

  private static final String ANY = "google.protobuf.Any";
  private static final String JSON_PREFIX = "json.cloudstate.io/";
  private static final String PRIMITIVE_PREFIX = "p.cloudstate.io/";

  /**
   * A method that takes events.
   *
   * @param outTopic where its replies are published, if they are
   */
  public record Subscriber(MethodDescriptor descriptor, Optional<String> outTopic) {

    private String inputType() {
      return descriptor.getInputType().getFullName();
    }
  }

  public EventConsumer {
    methods = List.copyOf(methods);
  }

  /** What it is called by: unique among all consumers that share a store or broker. */
  public String id() {
    return service + ":" + group + ":" + source.kind() + ":" + source.name();
  }

  /** The method for events with that type URL (spec/eventing.md 4.2). */
  public Optional<Subscriber> method(String typeUrl) {
    if (typeUrl.startsWith(JSON_PREFIX) || typeUrl.startsWith(PRIMITIVE_PREFIX)) {
      return taking(ANY);
    }
    return taking(typeUrl.substring(typeUrl.indexOf('/') + 1)).or(() -> taking(ANY));
  }

  private Optional<Subscriber> taking(String inputType) {
    return methods.stream().filter(method -> method.inputType().equals(inputType)).findFirst();
  }
}
