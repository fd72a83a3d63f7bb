package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;

/** What an entity's actor has to do next, in order; decided by its {@link EntitySession}. */
public sealed interface Step {

  /** Open a stream to the function, and begin to read the entity's state. */
  record Open() implements Step {}

  record Respond(Pending pending, Answer answer) implements Step {}

  /** Tell the log and the function's developer what went wrong; the instance goes on or not. */
  record Report(String details) implements Step {}

  /** End the proxy's side of the stream and give the function a while to end its own. */
  record HalfClose() implements Step {}

  /** End the stream at once: the function did not answer, or its state cannot be trusted. */
  record Cancel(String why) implements Step {}

  /** Nothing is loaded and nothing waits: ask the shard to let the instance go. */
  record Passivate() implements Step {}

  /** The instance is to be absent now. */
  record Stop() implements Step {}

  /** What only one kind of entity does: its messages to the function, its reads and writes. */
  non-sealed interface OfKind extends Step {}
}
