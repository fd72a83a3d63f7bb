package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.crdt.data.Applied;

/** What the actor has to do next, in order. */
sealed interface Step {

  /** Read the value, from a majority if it can be had; answered by {@link CrdtSession#onLoaded}. */
  record Load() implements Step {}

  /** Open a stream to the function, and hear of changes of the value from now on. */
  record Open() implements Step {}

  record Send(CrdtStreamIn message) implements Step {}

  /**
   * Change the value in the store.
   *
   * @param held what the delta made of the function's copy
   * @param isAwaited if so, answered by {@link CrdtSession#onWritten}; else by {@link
   *     CrdtSession#onOvertaken}, and only if the store then does not hold the same
   */
  record Write(Change change, CrdtDelta delta, Applied.Changed held, boolean isAwaited)
      implements Step {}

  /** Delete the value in the store; answered by {@link CrdtSession#onWritten}. */
  record Delete(Change change) implements Step {}

  /** Read the value as it is on this node; answered by {@link CrdtSession#onRead}. */
  record ReadLocal(long generation) implements Step {}

  /** The answer to a unary command. */
  record Respond(Exchange exchange, Answer answer) implements Step {}

  /** One answer of many to a streamed command. */
  record Element(Exchange exchange, Answer answer) implements Step {}

  /** No more answers to a streamed command. */
  record End(Exchange exchange) implements Step {}

  /** A command of either sort ends with a failure. */
  record Fail(Exchange exchange, Failure failure) implements Step {}

  /** Tell the log and the function's developer what went wrong; the entity goes on or not. */
  record Report(String details) implements Step {}

  /** End the proxy's side of the stream and give the function a while to end its own. */
  record HalfClose() implements Step {}

  /** End the stream at once: what the function holds cannot be trusted. */
  record Cancel(String why) implements Step {}

  /** Nothing is loaded and nothing waits: ask for the entity to be let go. */
  record Passivate() implements Step {}

  /** The entity is to be absent now. */
  record Stop() implements Step {}
}
