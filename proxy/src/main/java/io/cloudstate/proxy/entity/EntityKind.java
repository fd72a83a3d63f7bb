package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

  /**
   * How an entity is, without loading it; empty if there is none to be seen on this node, or the
   * kind has none. Fails when its node does not answer in time.
   */
  default CompletionStage<Optional<Sight>> look(ServiceDefinition service, String entityId) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * Opens a streamed command: a request or a stream of them, answered by any number of {@link
   * Answer}s. The state changes of each answer are durable when it is given to the listener. An
   * answer that is a failure ends the call, and the kind hears so by {@link StreamedCall#cancel}.
   *
   * <p>Kinds whose answers cannot wait, because they come when state changes, need not count how
   * many were {@linkplain StreamedCall#request requested}: some are kept for a slow client, and
   * when these are too many its call fails and is cancelled. After a cancel, side effects of
   * answers are still run until the kind ends the call; their client actions are dropped.
   *
   * <p>Returns at once; never throws. The listener may be called before this returns.
   *
   * @param call whose payload is {@link Payload#NONE} if the method streams requests
   * @param listener must be told of the end, unless the call was cancelled
   */
  default StreamedCall stream(
      ServiceDefinition service,
      String entityId,
      Call call,
      StreamedCall.Listener<Answer> listener) {
    listener.onFailed(
        new Failure.NotServed(
            "streamed methods are not served: %s.%s".formatted(call.service(), call.method())));
    return StreamedCall.ENDED;
  }
}
