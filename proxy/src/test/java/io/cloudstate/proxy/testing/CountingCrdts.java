package io.cloudstate.proxy.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.tck.model.Crdt.Request;
import io.grpc.stub.StreamObserver;
import java.util.Queue;

/**
 * The CRDTs of an {@link AppendingFunction}: counters of the actions in the commands, and each
 * command is answered with the count.
 */
final class CountingCrdts extends CrdtGrpc.CrdtImplBase {

  private final Queue<String> violations;

  CountingCrdts(Queue<String> violations) {
    this.violations = violations;
  }

  @Override
  public StreamObserver<CrdtStreamIn> handle(StreamObserver<CrdtStreamOut> proxy) {
    return new Conversation(proxy);
  }

  /** One stream; gRPC calls it from one thread at a time. */
  private final class Conversation implements StreamObserver<CrdtStreamIn> {

    private final StreamObserver<CrdtStreamOut> proxy;
    private String entity = "";
    private long count;

    Conversation(StreamObserver<CrdtStreamOut> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(CrdtStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> onInit(message.getInit());
          case DELTA -> count += message.getDelta().getGcounter().getIncrement();
          case COMMAND -> onCommand(message.getCommand());
          case DELETE, STREAM_CANCELLED, MESSAGE_NOT_SET ->
              violated(message.getMessageCase().toString());
        }
      } catch (InvalidProtocolBufferException e) {
        violated("unreadable: " + e.getMessage());
      }
    }

    private void onInit(CrdtInit init) {
      if (!entity.isEmpty()) {
        violated("second init");
      }
      entity = init.getEntityId();
      count = init.getDelta().getGcounter().getIncrement();
    }

    private void onCommand(Command command) throws InvalidProtocolBufferException {
      if (entity.isEmpty() || !entity.equals(command.getEntityId())) {
        violated("command for [%s]".formatted(command.getEntityId()));
      }
      var actions = command.getPayload().unpack(Request.class).getActionsCount();
      count += actions;
      var reply = CrdtModel.reply(command.getId(), CrdtModel.gcounter(count));
      if (actions > 0) {
        reply.setStateAction(CrdtModel.update(CrdtModel.plus(actions)));
      }
      proxy.onNext(CrdtModel.out(reply));
    }

    private void violated(String what) {
      violations.add("CRDT [%s] at %d: %s".formatted(entity, count, what));
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
