package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.util.function.Consumer;

/** One way to manage state, as the router sees it. */
public interface EntityKind {

  /** Longest key, in characters, that an entity of this service can have. */
  int maxKeyLength(ServiceDefinition service);

  /**
   * Hands a unary command to the entity it addresses. Returns at once; never throws.
   *
   * @param service the service called, of this kind
   * @param entityId the entity's key, not empty for kinds that have one
   * @param answer called exactly once, on any thread; must not block. The state changes of the
   *     command are durable by then
   */
  void invoke(ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer);
}
