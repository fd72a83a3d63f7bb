package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.model.valueentity.Valueentity.Persisted;
import io.cloudstate.tck.model.valueentity.Valueentity.Request;
import io.cloudstate.tck.model.valueentity.Valueentity.Response;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The value entities of an {@link AppendingFunction}: lists of texts, stored as a whole. */
final class AppendingValues extends ValueEntityGrpc.ValueEntityImplBase {

  private final Queue<String> violations;

  AppendingValues(Queue<String> violations) {
    this.violations = violations;
  }

  @Override
  public StreamObserver<ValueEntityStreamIn> handle(StreamObserver<ValueEntityStreamOut> proxy) {
    return new Conversation(proxy);
  }

  /** One stream; gRPC calls it from one thread at a time. */
  private final class Conversation implements StreamObserver<ValueEntityStreamIn> {

    private final StreamObserver<ValueEntityStreamOut> proxy;
    private final List<String> texts = new ArrayList<>();
    private String entity = "";
    private long lastCommand;

    Conversation(StreamObserver<ValueEntityStreamOut> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(ValueEntityStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> onInit(message.getInit());
          case COMMAND -> onCommand(message.getCommand());
          case MESSAGE_NOT_SET -> violated("empty message");
        }
      } catch (InvalidProtocolBufferException e) {
        violated("unreadable: " + e.getMessage());
      }
    }

    private void onInit(ValueEntityInit init) throws InvalidProtocolBufferException {
      if (!entity.isEmpty()) {
        violated("second init");
      }
      if (!init.hasState()) {
        violated("init without a state");
      }
      entity = init.getEntityId();
      if (init.getState().hasValue()) {
        var all = init.getState().getValue().unpack(Persisted.class).getValue();
        texts.addAll(List.of(all.split(",")));
      }
    }

    private void onCommand(Command command) throws InvalidProtocolBufferException {
      if (entity.isEmpty() || !entity.equals(command.getEntityId())) {
        violated("command for [%s]".formatted(command.getEntityId()));
      }
      if (command.getId() != ++lastCommand) {
        violated("command %d (expected: %d)".formatted(command.getId(), lastCommand));
      }
      var request = command.getPayload().unpack(Request.class);
      var reply = ValueEntityReply.newBuilder().setCommandId(command.getId());
      if (request.getActionsCount() == 0) {
        send(reply, String.join(",", texts));
        return;
      }
      texts.add(request.getActions(0).getUpdate().getValue());
      var all = Persisted.newBuilder().setValue(String.join(",", texts)).build();
      reply.setStateAction(
          ValueEntityAction.newBuilder()
              .setUpdate(ValueEntityUpdate.newBuilder().setValue(Any.pack(all))));
      send(reply, Integer.toString(texts.size()));
    }

    private void send(ValueEntityReply.Builder reply, String message) {
      var payload = Any.pack(Response.newBuilder().setMessage(message).build());
      reply.setClientAction(
          ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(payload)));
      proxy.onNext(ValueEntityStreamOut.newBuilder().setReply(reply).build());
    }

    private void violated(String what) {
      violations.add("value entity [%s] of %d texts: %s".formatted(entity, texts.size(), what));
    }

    @Override
    public void onCompleted() {
      proxy.onCompleted();
    }

    @Override
    public void onError(Throwable cause) {
      // the proxy is gone, or has cancelled: nobody is left to answer
    }
  }
}
