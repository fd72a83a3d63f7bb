package io.cloudstate.bench.function;

import com.google.protobuf.Any;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import java.io.IOException;

/** One stream's conversation about one counter, whose value is the state. Not thread-safe. */
final class ValueCounterSession {

  private static final String VALUE_TYPE = "type.googleapis.com/cloudstate.bench.CounterValue";

  private long value;

  void onInit(ValueEntityInit init) throws IOException {
    if (init.getState().hasValue()) {
      value = CounterMessages.readNumber(init.getState().getValue().getValue().newCodedInput());
    }
  }

  ValueEntityStreamOut onCommand(Command command) throws IOException {
    var reply = ValueEntityReply.newBuilder().setCommandId(command.getId());
    var increments = command.getName().equals("Increment");
    if (increments) {
      value += CounterMessages.readBy(command.getPayload().getValue().newCodedInput());
    }
    var state = any(value);
    if (increments) {
      reply.setStateAction(
          ValueEntityAction.newBuilder()
              .setUpdate(ValueEntityUpdate.newBuilder().setValue(state).build())
              .build());
    }
    reply.setClientAction(
        ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(state).build()).build());
    return ValueEntityStreamOut.newBuilder().setReply(reply.build()).build();
  }

  private static Any any(long number) {
    return Any.newBuilder()
        .setTypeUrl(VALUE_TYPE)
        .setValue(UnsafeByteOperations.unsafeWrap(CounterMessages.number(number)))
        .build();
  }
}
