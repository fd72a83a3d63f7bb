package io.cloudstate.proxy.eventing.out;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.router.Router;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What clients' calls go through: replies of methods with an {@code out} are published before they
 * are released (spec/eventing.md 5.2). Those of entities that store events or a value are stored
 * with these instead, and published from there (docs/decisions/0012). Of a call that is forwarded
 * the method called counts; side effects publish nothing, as they don't come here. Thread-safe.
 */
public final class PublishingRouter implements Router {

  /**
   * Where the replies of a method go.
   *
   * @param isStored whether its entities can store them with their events or value
   */
  private record Destination(String topic, boolean isStored) {}

  private final Router router;
  private final Replies replies;
  private final boolean hasOutbox;

  private volatile Map<String, Map<String, Destination>> destinations = Map.of();

  /**
   * A router that publishes nothing before it {@linkplain #serve serves} a catalog.
   *
   * @param entityKey key of the entity that a call is for; empty if there is none
   * @param hasOutbox whether entities can store replies with their events or value
   * @param clock dates events
   */
  public PublishingRouter(
      Router router,
      Function<Call, String> entityKey,
      Broker broker,
      boolean hasOutbox,
      Clock clock) {
    this.router = router;
    this.replies = new Replies(broker, clock, entityKey);
    this.hasOutbox = hasOutbox;
  }

  /**
   * From now on publishes what the methods of this catalog say.
   *
   * @param outTopics by full name of the method
   */
  public void serve(ServiceCatalog catalog, Map<String, String> outTopics) {
    var all = new HashMap<String, Map<String, Destination>>();
    for (var service : catalog.services()) {
      var ofService = destinations(service, outTopics);
      if (!ofService.isEmpty()) {
        all.put(service.name(), ofService);
      }
    }
    destinations = Map.copyOf(all);
  }

  /** Whether entities of that type store replies with what these belong to. */
  public static boolean isStored(EntityType type) {
    return type == EntityType.EVENT_SOURCED || type == EntityType.VALUE;
  }

  private Map<String, Destination> destinations(
      ServiceDefinition service, Map<String, String> outTopics) {
    var isStored = hasOutbox && isStored(service.type());
    var all = new HashMap<String, Destination>();
    for (var method : service.methods().values()) {
      var topic = outTopics.get(method.descriptor().getFullName());
      if (topic != null) {
        all.put(method.name(), new Destination(topic, isStored));
      }
    }
    return Map.copyOf(all);
  }

  @Override
  public void route(Call call, Consumer<Outcome> whenDone) {
    var destination = destination(call);
    if (destination == null) {
      router.route(call, whenDone);
      return;
    }
    var topic = destination.topic();
    router.route(
        destination.isStored() ? call.publishedTo(topic) : call,
        outcome -> {
          var unused = replies.published(call, topic, outcome).thenAccept(whenDone);
        });
  }

  @Override
  public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
    var destination = destination(call);
    if (destination == null) {
      return router.stream(call, listener);
    }
    var topic = destination.topic();
    var published =
        new PublishedStream(listener, outcome -> replies.published(call, topic, outcome));
    var stream = router.stream(call, published);
    published.comesFrom(stream);
    return stream;
  }

  private @Nullable Destination destination(Call call) {
    var ofService = destinations.get(call.service());
    return ofService == null ? null : ofService.get(call.method());
  }
}
