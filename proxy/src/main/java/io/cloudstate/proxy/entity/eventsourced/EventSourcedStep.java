package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only the actor of an event sourced entity has to do. */
sealed interface EventSourcedStep extends Step.OfKind {

  /** Read a page of events; answered by {@link EventSourcedSession#onPage}. */
  record ReadPage(long fromSequence) implements EventSourcedStep {}

  /** Events stand ready to be replayed, as fast as the stream takes them. */
  record Replay() implements EventSourcedStep {}

  record Send(EventSourcedStreamIn message) implements EventSourcedStep {}

  /**
   * Store the events, in one batch, and then the snapshot.
   *
   * @param outgoing what is stored with them, to be published
   */
  record Write(
      long expectedSequence,
      List<Payload> events,
      @Nullable Payload snapshot,
      @Nullable OutgoingReply outgoing)
      implements EventSourcedStep {

    Write(long expectedSequence, List<Payload> events, @Nullable Payload snapshot) {
      this(expectedSequence, events, snapshot, null);
    }
  }
}
