package io.cloudstate.bench.function;

import com.google.protobuf.Any;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One stream's conversation about one counter. Not thread-safe. */
final class CounterSession {

  private static final int SNAPSHOT_EVERY_EVENTS = 100;
  private static final String VALUE_TYPE = "type.googleapis.com/cloudstate.bench.CounterValue";
  private static final String EVENT_TYPE = "type.googleapis.com/cloudstate.bench.Incremented";

  private final @Nullable EventLedger ledger;
  private long value;
  private int eventsSinceSnapshot;

  /**
   * @param ledger in which events are put down, if they are: then they say when they were emitted
   */
  CounterSession(@Nullable EventLedger ledger) {
    this.ledger = ledger;
  }

  void onInit(EventSourcedInit init) throws IOException {
    if (init.hasSnapshot()) {
      value = readNumber(init.getSnapshot().getSnapshot());
    }
  }

  void onEvent(EventSourcedEvent event) throws IOException {
    value += readNumber(event.getPayload());
    eventsSinceSnapshot++;
  }

  EventSourcedStreamOut onCommand(Command command) throws IOException {
    var reply = EventSourcedReply.newBuilder().setCommandId(command.getId());
    var emittedNanos = 0L;
    if (command.getName().equals("Increment")) {
      emittedNanos = ledger == null ? 0 : ledger.emit();
      var by = CounterMessages.readBy(command.getPayload().getValue().newCodedInput());
      increment(by, emittedNanos, reply);
    }
    reply.setClientAction(
        ClientAction.newBuilder()
            .setReply(Reply.newBuilder().setPayload(any(VALUE_TYPE, value, emittedNanos)).build())
            .build());
    return EventSourcedStreamOut.newBuilder().setReply(reply.build()).build();
  }

  private void increment(long by, long emittedNanos, EventSourcedReply.Builder reply) {
    value += by;
    reply.addEvents(any(EVENT_TYPE, by, emittedNanos));
    if (++eventsSinceSnapshot >= SNAPSHOT_EVERY_EVENTS) {
      reply.setSnapshot(any(VALUE_TYPE, value, 0));
      eventsSinceSnapshot = 0;
    }
  }

  private static long readNumber(Any any) throws IOException {
    return CounterMessages.readNumber(any.getValue().newCodedInput());
  }

  private static Any any(String type, long number, long emittedNanos) {
    var bytes =
        emittedNanos == 0
            ? CounterMessages.number(number)
            : CounterMessages.number(number, emittedNanos);
    return Any.newBuilder()
        .setTypeUrl(type)
        .setValue(UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }
}
