package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the actor has to do next, in order. */
sealed interface Step {

  /** Open a stream to the function, start the journal writer and read the latest snapshot. */
  record Open() implements Step {}

  /** Read a page of events; answered by {@link EventSourcedSession#onPage}. */
  record ReadPage(long fromSequence) implements Step {}

  /** Events stand ready to be replayed, as fast as the stream takes them. */
  record Replay() implements Step {}

  record Send(EventSourcedStreamIn message) implements Step {}

  /** Store the events, in one batch, and then the snapshot. */
  record Write(long expectedSequence, List<Payload> events, @Nullable Payload snapshot)
      implements Step {}

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
}
