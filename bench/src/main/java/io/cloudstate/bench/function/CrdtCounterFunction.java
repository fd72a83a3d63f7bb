package io.cloudstate.bench.function;

import com.google.protobuf.Any;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.function.Supplier;

/** One stream per loaded counter; each gets a session of its own, which knows the type. */
final class CrdtCounterFunction extends CrdtGrpc.CrdtImplBase {

  private static final String VALUE_TYPE = "type.googleapis.com/cloudstate.bench.CounterValue";

  /** A counter made of one of the protocol's types. Not thread-safe. */
  interface Session {

    void onDelta(CrdtDelta delta) throws IOException;

    /** What to change for an increment. */
    CrdtDelta increment(long by);

    /** How much was added. */
    long value();
  }

  private final Supplier<Session> sessions;

  CrdtCounterFunction(Supplier<Session> sessions) {
    this.sessions = sessions;
  }

  @Override
  public StreamObserver<CrdtStreamIn> handle(StreamObserver<CrdtStreamOut> proxy) {
    return new CounterStream(sessions.get(), proxy);
  }

  private static final class CounterStream implements StreamObserver<CrdtStreamIn> {

    private final Session session;
    private final StreamObserver<CrdtStreamOut> proxy;

    CounterStream(Session session, StreamObserver<CrdtStreamOut> proxy) {
      this.session = session;
      this.proxy = proxy;
    }

    @Override
    public void onNext(CrdtStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> {
            if (message.getInit().hasDelta()) {
              session.onDelta(message.getInit().getDelta());
            }
          }
          case DELTA -> session.onDelta(message.getDelta());
          case COMMAND -> proxy.onNext(reply(message.getCommand()));
          case DELETE, STREAM_CANCELLED, MESSAGE_NOT_SET ->
              throw new IOException("unexpected: " + message.getMessageCase());
        }
      } catch (IOException e) {
        System.err.println("stream ended: " + e.getMessage());
        proxy.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
      }
    }

    private CrdtStreamOut reply(Command command) throws IOException {
      var reply = CrdtReply.newBuilder().setCommandId(command.getId());
      if (command.getName().equals("Increment")) {
        var by = CounterMessages.readBy(command.getPayload().getValue().newCodedInput());
        var change = session.increment(by);
        reply.setStateAction(CrdtStateAction.newBuilder().setUpdate(change).build());
      }
      reply.setClientAction(
          ClientAction.newBuilder()
              .setReply(Reply.newBuilder().setPayload(value()).build())
              .build());
      return CrdtStreamOut.newBuilder().setReply(reply.build()).build();
    }

    private Any value() {
      return Any.newBuilder()
          .setTypeUrl(VALUE_TYPE)
          .setValue(UnsafeByteOperations.unsafeWrap(CounterMessages.number(session.value())))
          .build();
    }

    @Override
    public void onCompleted() {
      proxy.onCompleted();
    }

    @Override
    public void onError(Throwable cause) {
      // the proxy is gone, or has cancelled: there is nobody left to answer
    }
  }
}
