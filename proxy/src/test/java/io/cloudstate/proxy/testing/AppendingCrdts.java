package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.model.CrdtTwoGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/**
 * The CRDTs of an {@link AppendingFunction}. Those of {@link #SETS} are sets to which texts are
 * added, at the write consistency of the command, and each command is answered with all texts. All
 * others are counters of the actions in the commands, and each command is answered with the count.
 */
final class AppendingCrdts extends CrdtGrpc.CrdtImplBase {

  /** The service of the sets. */
  static final String SETS = CrdtTwoGrpc.SERVICE_NAME;

  private final Queue<String> violations;

  AppendingCrdts(Queue<String> violations) {
    this.violations = violations;
  }

  @Override
  public StreamObserver<CrdtStreamIn> handle(StreamObserver<CrdtStreamOut> proxy) {
    return new Conversation(proxy);
  }

  /** What the function holds of an entity. */
  private interface Copy {

    /** Another node has changed the entity, or had before this conversation. */
    void follow(CrdtDelta delta) throws InvalidProtocolBufferException;

    CrdtReply.Builder reply(long commandId, List<RequestAction> actions);
  }

  private static final class Counter implements Copy {

    private long count;

    @Override
    public void follow(CrdtDelta delta) {
      count += delta.getGcounter().getIncrement();
    }

    @Override
    public CrdtReply.Builder reply(long commandId, List<RequestAction> actions) {
      count += actions.size();
      var reply = CrdtModel.reply(commandId, CrdtModel.gcounter(count));
      return actions.isEmpty()
          ? reply
          : reply.setStateAction(CrdtModel.update(CrdtModel.plus(actions.size())));
    }
  }

  private final class Texts implements Copy {

    private final String entity;
    private final Set<String> all = new TreeSet<>();

    Texts(String entity) {
      this.entity = entity;
    }

    @Override
    public void follow(CrdtDelta delta) throws InvalidProtocolBufferException {
      var change = delta.getOrset();
      if (change.getCleared() || change.getRemovedCount() > 0) {
        violated(entity, "of %d texts some are gone, and nobody removes any".formatted(all.size()));
      }
      for (var removed : change.getRemovedList()) {
        all.remove(text(removed));
      }
      if (change.getCleared()) {
        all.clear();
      }
      for (var added : change.getAddedList()) {
        all.add(text(added));
      }
    }

    private static String text(Any element) throws InvalidProtocolBufferException {
      return StringValue.parseFrom(element.getValue()).getValue();
    }

    @Override
    public CrdtReply.Builder reply(long commandId, List<RequestAction> actions) {
      var updates = actions.stream().map(RequestAction::getUpdate).toList();
      var added = updates.stream().map(update -> update.getOrset().getAdd()).toList();
      all.addAll(added);
      var reply = CrdtModel.reply(commandId, CrdtModel.orset(all));
      return updates.isEmpty()
          ? reply
          : reply.setStateAction(
              CrdtModel.update(CrdtModel.addedToOrset(added)).toBuilder()
                  .setWriteConsistency(consistency(updates.get(0))));
    }

    private static CrdtWriteConsistency consistency(Update update) {
      return switch (update.getWriteConsistency()) {
        case MAJORITY -> CrdtWriteConsistency.MAJORITY;
        case ALL -> CrdtWriteConsistency.ALL;
        case LOCAL, UNRECOGNIZED -> CrdtWriteConsistency.LOCAL;
      };
    }
  }

  /** One stream; gRPC calls it from one thread at a time. */
  private final class Conversation implements StreamObserver<CrdtStreamIn> {

    private final StreamObserver<CrdtStreamOut> proxy;
    private String entity = "";
    private Copy copy = new Counter();

    Conversation(StreamObserver<CrdtStreamOut> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(CrdtStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> onInit(message.getInit());
          case DELTA -> copy.follow(message.getDelta());
          case COMMAND -> onCommand(message.getCommand());
          case DELETE, STREAM_CANCELLED, MESSAGE_NOT_SET ->
              violated(entity, message.getMessageCase().toString());
        }
      } catch (InvalidProtocolBufferException e) {
        violated(entity, "unreadable: " + e.getMessage());
      }
    }

    private void onInit(CrdtInit init) throws InvalidProtocolBufferException {
      if (!entity.isEmpty()) {
        violated(entity, "second init");
      }
      entity = init.getEntityId();
      copy = init.getServiceName().equals(SETS) ? new Texts(entity) : new Counter();
      copy.follow(init.getDelta());
    }

    private void onCommand(Command command) throws InvalidProtocolBufferException {
      if (entity.isEmpty() || !entity.equals(command.getEntityId())) {
        violated(entity, "command for [%s]".formatted(command.getEntityId()));
      }
      var actions = command.getPayload().unpack(Request.class).getActionsList();
      proxy.onNext(CrdtModel.out(copy.reply(command.getId(), actions)));
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

  private void violated(String entity, String what) {
    violations.add("CRDT [%s]: %s".formatted(entity, what));
  }
}
