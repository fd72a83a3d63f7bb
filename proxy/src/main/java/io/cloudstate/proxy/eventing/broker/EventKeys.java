package io.cloudstate.proxy.eventing.broker;

import io.cloudstate.proxy.eventing.CloudEvent;
import java.util.Optional;

/** By what events keep their order: CloudEvents' extension "Partitioning". */
public final class EventKeys {

  /** Name of the extension attribute. */
  public static final String PARTITION_KEY = "partitionkey";

  private EventKeys() {}

  /** The partition key, else the subject; events without either keep no order. */
  public static Optional<String> of(CloudEvent event) {
    return Optional.ofNullable(event.extensions().get(PARTITION_KEY)).or(event::subject);
  }

  /** The event with this partition key, if it has no key yet. */
  public static CloudEvent withKey(CloudEvent event, String key) {
    return of(event).isPresent() ? event : event.with(PARTITION_KEY, key);
  }
}
