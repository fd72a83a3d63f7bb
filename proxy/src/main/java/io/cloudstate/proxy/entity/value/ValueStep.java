package io.cloudstate.proxy.entity.value;

import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import org.jspecify.annotations.Nullable;

/** What only the actor of a value entity has to do. */
sealed interface ValueStep extends Step.OfKind {

  record Send(ValueEntityStreamIn message) implements ValueStep {}

  /**
   * Store the value, or delete it when it is null.
   *
   * @param outgoing what is published because of it
   */
  record Write(long expectedRevision, @Nullable Payload value, @Nullable OutgoingReply outgoing)
      implements ValueStep {}
}
