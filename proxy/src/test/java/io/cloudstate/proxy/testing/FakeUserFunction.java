package io.cloudstate.proxy.testing;

import com.google.protobuf.Empty;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.testing.FreePort;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A user function that does what the test says. It answers discovery with its spec and keeps all
 * else that the proxy sends.
 */
public final class FakeUserFunction implements AutoCloseable {

  private final EntitySpec spec;
  private final boolean isSlow;
  private final BlockingQueue<ProxyInfo> discoveries = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
  private final BlockingQueue<EntityStream> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<ValueStream> valueStreams = new LinkedBlockingQueue<>();
  private final BlockingQueue<CrdtStream> crdtStreams = new LinkedBlockingQueue<>();
  private final BlockingQueue<ActionCall> actions = new LinkedBlockingQueue<>();
  private volatile Consumer<ActionCall> behaviour = actions::add;
  private final Server server;
  private final int port;

  private FakeUserFunction(int port, EntitySpec spec, boolean isSlow) {
    this.spec = spec;
    this.isSlow = isSlow;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(new Discovery())
            .addService(new EventSourced())
            .addService(new ValueEntities())
            .addService(new Crdts())
            .addService(new Actions())
            .build();
    try {
      server.start();
      this.port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static FakeUserFunction start(EntitySpec spec) {
    return start(FreePort.find(), spec);
  }

  public static FakeUserFunction start(int port, EntitySpec spec) {
    return new FakeUserFunction(port, spec, false);
  }

  /** Streams take one message, and further ones only by {@link EntityStream#request}. */
  public static FakeUserFunction startSlow(EntitySpec spec) {
    return new FakeUserFunction(FreePort.find(), spec, true);
  }

  public int port() {
    return port;
  }

  /** The next call of {@code discover}, of which there must be one. */
  public ProxyInfo nextDiscovery() {
    return Waiting.take(discoveries, "discovery");
  }

  public boolean hasFurtherDiscovery() {
    return !discoveries.isEmpty();
  }

  /** The next error that the proxy reports, which it has to. */
  public String nextReport() {
    return Waiting.take(reports, "error report");
  }

  public boolean hasFurtherReport() {
    return !reports.isEmpty();
  }

  /** The next error reported that has this text in it; others before it are passed over. */
  public String nextReportWith(String text) {
    var report = nextReport();
    while (!report.contains(text)) {
      report = nextReport();
    }
    return report;
  }

  /** The next stream that the proxy opens, which it has to. */
  public EntityStream nextStream() {
    return Waiting.take(streams, "entity stream");
  }

  /** The next stream that the proxy opens for a value entity, which it has to. */
  public ValueStream nextValueStream() {
    return Waiting.take(valueStreams, "value entity stream");
  }

  /** The next stream that the proxy opens for a CRDT, which it has to. */
  public CrdtStream nextCrdtStream() {
    return Waiting.take(crdtStreams, "stream of a CRDT");
  }

  public boolean hasFurtherStream() {
    return !streams.isEmpty() || !valueStreams.isEmpty() || !crdtStreams.isEmpty();
  }

  /**
   * What has come and was not taken: streams, and calls of actions. It is forgotten, and reports,
   * which come when they like, are too.
   */
  public List<Object> takeLeft() {
    var left = new ArrayList<>();
    for (var kept : List.of(streams, valueStreams, crdtStreams, actions)) {
      kept.drainTo(left);
    }
    reports.clear();
    return left;
  }

  /** The next call of an action, of which there must be one. */
  public ActionCall nextAction() {
    return Waiting.take(actions, "call of an action");
  }

  public boolean hasFurtherAction() {
    return !actions.isEmpty();
  }

  /** From now on calls of actions are answered like this, instead of being kept for the test. */
  public void actionsDo(Consumer<ActionCall> what) {
    behaviour = what;
  }

  /** From now on calls of actions are kept for the test. */
  public void keepActions() {
    behaviour = actions::add;
  }

  /** Goes away as if killed: connections break. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(Waiting.SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the function does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Discovery extends EntityDiscoveryGrpc.EntityDiscoveryImplBase {
    @Override
    public void discover(ProxyInfo info, StreamObserver<EntitySpec> answer) {
      discoveries.add(info);
      answer.onNext(spec);
      answer.onCompleted();
    }

    @Override
    public void reportError(UserFunctionError error, StreamObserver<Empty> answer) {
      reports.add(error.getMessage());
      answer.onNext(Empty.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private final class EventSourced extends EventSourcedGrpc.EventSourcedImplBase {
    @Override
    public StreamObserver<EventSourcedStreamIn> handle(
        StreamObserver<EventSourcedStreamOut> answer) {
      var out = (ServerCallStreamObserver<EventSourcedStreamOut>) answer;
      if (isSlow) {
        out.disableAutoRequest();
      }
      var stream = new EntityStream(out);
      streams.add(stream);
      return stream;
    }
  }

  private final class ValueEntities extends ValueEntityGrpc.ValueEntityImplBase {
    @Override
    public StreamObserver<ValueEntityStreamIn> handle(StreamObserver<ValueEntityStreamOut> answer) {
      var stream = new ValueStream((ServerCallStreamObserver<ValueEntityStreamOut>) answer);
      valueStreams.add(stream);
      return stream;
    }
  }

  private final class Crdts extends CrdtGrpc.CrdtImplBase {
    @Override
    public StreamObserver<CrdtStreamIn> handle(StreamObserver<CrdtStreamOut> answer) {
      var out = (ServerCallStreamObserver<CrdtStreamOut>) answer;
      if (isSlow) {
        out.disableAutoRequest();
      }
      var stream = new CrdtStream(out);
      crdtStreams.add(stream);
      return stream;
    }
  }

  private final class Actions extends ActionProtocolGrpc.ActionProtocolImplBase {
    @Override
    public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> answer) {
      begin("handleUnary", answer).onOnlyCommand(command);
    }

    @Override
    public StreamObserver<ActionCommand> handleStreamedIn(StreamObserver<ActionResponse> answer) {
      return begin("handleStreamedIn", answer);
    }

    @Override
    public void handleStreamedOut(ActionCommand command, StreamObserver<ActionResponse> answer) {
      begin("handleStreamedOut", answer).onOnlyCommand(command);
    }

    @Override
    public StreamObserver<ActionCommand> handleStreamed(StreamObserver<ActionResponse> answer) {
      return begin("handleStreamed", answer);
    }

    private ActionCall begin(String rpc, StreamObserver<ActionResponse> answer) {
      var out = (ServerCallStreamObserver<ActionResponse>) answer;
      if (isSlow) {
        out.disableAutoRequest();
      }
      var call = new ActionCall(rpc, out);
      behaviour.accept(call);
      return call;
    }
  }
}
