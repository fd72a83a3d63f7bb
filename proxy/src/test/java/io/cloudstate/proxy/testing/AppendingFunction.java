package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventDestination;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.cloudstate.testing.FreePort;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A user function whose entities are lists of texts. A command that emits a text appends it, as
 * exactly one event, and is answered with the list's new length; a command that emits nothing is
 * answered with the whole list (see {@link AppendingClient}). Every few events the reply carries a
 * snapshot. Value entities do the same with the list as their value; CRDTs count what they are
 * sent, or are sets of texts. What the proxy does against the protocol's rules is kept in {@link
 * #violations}.
 *
 * <p>It can be stopped without notice and started again on the same port.
 */
public final class AppendingFunction implements AutoCloseable {

  private static final int SNAPSHOT_EVERY_EVENTS = 20;

  /** A method that a function may have besides those of the protocol's model; does the same. */
  public static final String ADDED_METHOD = "ProcessToo";

  private final int port;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AtomicInteger discoveries = new AtomicInteger();
  private final AtomicInteger snapshotsLoaded = new AtomicInteger();
  private final AtomicInteger eventsReplayed = new AtomicInteger();
  private final AtomicInteger openCalls = new AtomicInteger();
  private final ConsumingAction consumer = new ConsumingAction();
  private final int maxStreamsPerConnection;
  private final String outTopic;
  private final boolean hasAddedMethod;
  private Server server;

  private AppendingFunction(
      int port, int maxStreamsPerConnection, String outTopic, boolean hasAddedMethod) {
    this.port = port;
    this.maxStreamsPerConnection = maxStreamsPerConnection;
    this.outTopic = outTopic;
    this.hasAddedMethod = hasAddedMethod;
    this.server = newServer();
  }

  /** A function that listens. */
  public static AppendingFunction start() {
    return start(Integer.MAX_VALUE);
  }

  /** A function that allows so many streams at a time on a connection. */
  public static AppendingFunction start(int maxStreamsPerConnection) {
    return new AppendingFunction(FreePort.find(), maxStreamsPerConnection, "", false);
  }

  /**
   * A function whose event sourced entities' replies are published, and that consumes them and the
   * events. Those of value entities are published to the {@linkplain #ofValues other} topic.
   */
  public static AppendingFunction startPublishingTo(String topic) {
    return new AppendingFunction(FreePort.find(), Integer.MAX_VALUE, topic, false);
  }

  /** A function on this port, with or without the {@link #ADDED_METHOD}. */
  static AppendingFunction startAt(int port, boolean hasAddedMethod) {
    return new AppendingFunction(port, Integer.MAX_VALUE, "", hasAddedMethod);
  }

  /** The topic that value entities publish to when event sourced ones publish to this one. */
  public static String ofValues(String topic) {
    return topic + "-of-values";
  }

  public int port() {
    return port;
  }

  /** Every stream ends with an error at once, and nobody listens any more. */
  public void stopAbruptly() throws InterruptedException {
    server.shutdownNow();
    if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the function's server does not end");
    }
  }

  public void startAgain() {
    server = newServer();
  }

  /** What the proxy sent and should not have: gaps, wrong order, messages out of turn. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** What the proxy reported as this function's mistakes. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What it has consumed. */
  public ConsumingAction consumer() {
    return consumer;
  }

  public int discoveries() {
    return discoveries.get();
  }

  public int snapshotsLoaded() {
    return snapshotsLoaded.get();
  }

  public int eventsReplayed() {
    return eventsReplayed.get();
  }

  /** How many calls the proxy has open: one for each loaded entity, when discovery is done. */
  public int openCalls() {
    return openCalls.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private Server newServer() {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
          .maxConcurrentCallsPerConnection(maxStreamsPerConnection)
          .addService(new Discovery())
          .addService(new Entities())
          .addService(new AppendingValues(violations))
          .addService(new AppendingCrdts(violations))
          .addService(consumer)
          .addStreamTracerFactory(new OpenCalls())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EntitySpec spec() {
    var files = new LinkedHashSet<FileDescriptor>();
    addWithImports(Eventsourced.getDescriptor(), files);
    addWithImports(Valueentity.getDescriptor(), files);
    addWithImports(Crdt.getDescriptor(), files);
    addWithImports(AnyProto.getDescriptor(), files);
    addWithImports(EmptyProto.getDescriptor(), files);
    var set = FileDescriptorSet.newBuilder();
    files.forEach(file -> set.addFile(withAddedMethod(withOut(file.toProto()))));
    var spec = EntitySpec.newBuilder();
    if (!outTopic.isEmpty()) {
      set.addFile(ConsumingAction.file("lists", outTopic));
      spec.addEntities(
          Entity.newBuilder()
              .setEntityType(ActionProtocolGrpc.SERVICE_NAME)
              .setServiceName(ConsumingAction.SERVICE));
    }
    return spec.setProto(set.build().toByteString())
        .addEntities(
            Entity.newBuilder()
                .setEntityType(EventSourcedGrpc.SERVICE_NAME)
                .setServiceName(EventSourcedTckModelGrpc.SERVICE_NAME)
                .setPersistenceId("lists"))
        .addEntities(
            Entity.newBuilder()
                .setEntityType(ValueEntityGrpc.SERVICE_NAME)
                .setServiceName(ValueEntityTckModelGrpc.SERVICE_NAME)
                .setPersistenceId("list-values"))
        .addEntities(
            Entity.newBuilder()
                .setEntityType(CrdtGrpc.SERVICE_NAME)
                .setServiceName(CrdtTckModelGrpc.SERVICE_NAME)
                .setPersistenceId("counters"))
        .addEntities(
            Entity.newBuilder()
                .setEntityType(CrdtGrpc.SERVICE_NAME)
                .setServiceName(AppendingCrdts.SETS)
                .setPersistenceId("sets"))
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setServiceName("appending-function")
                .setProtocolMajorVersion(0)
                .setProtocolMinorVersion(2))
        .build();
  }

  private FileDescriptorProto withOut(FileDescriptorProto file) {
    if (outTopic.isEmpty()) {
      return file;
    }
    var changed = file.toBuilder();
    for (var service : changed.getServiceBuilderList()) {
      var name = file.getPackage() + "." + service.getName();
      if (name.equals(EventSourcedTckModelGrpc.SERVICE_NAME)) {
        publishTo(outTopic, service);
      } else if (name.equals(ValueEntityTckModelGrpc.SERVICE_NAME)) {
        publishTo(ofValues(outTopic), service);
      }
    }
    return changed.build();
  }

  private static void publishTo(String topic, ServiceDescriptorProto.Builder service) {
    var out = EventDestination.newBuilder().setTopic(topic);
    for (var method : service.getMethodBuilderList()) {
      method
          .getOptionsBuilder()
          .setExtension(EventsProto.eventing, Eventing.newBuilder().setOut(out).build());
    }
  }

  private FileDescriptorProto withAddedMethod(FileDescriptorProto file) {
    if (!hasAddedMethod || !file.getName().equals(Eventsourced.getDescriptor().getName())) {
      return file;
    }
    var changed = file.toBuilder();
    changed.getServiceBuilderList().stream()
        .filter(service -> EventSourcedTckModelGrpc.SERVICE_NAME.endsWith("." + service.getName()))
        .forEach(
            service ->
                service.addMethod(
                    service.getMethod(0).toBuilder().setName(ADDED_METHOD).clearOptions()));
    return changed.build();
  }

  private static void addWithImports(FileDescriptor file, Set<FileDescriptor> files) {
    file.getDependencies().forEach(imported -> addWithImports(imported, files));
    files.add(file);
  }

  private final class OpenCalls extends ServerStreamTracer.Factory {

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      openCalls.incrementAndGet();
      return new ServerStreamTracer() {
        @Override
        public void streamClosed(Status status) {
          openCalls.decrementAndGet();
        }
      };
    }
  }

  private final class Discovery extends EntityDiscoveryGrpc.EntityDiscoveryImplBase {

    @Override
    public void discover(ProxyInfo proxy, StreamObserver<EntitySpec> response) {
      discoveries.incrementAndGet();
      response.onNext(spec());
      response.onCompleted();
    }

    @Override
    public void reportError(UserFunctionError error, StreamObserver<Empty> response) {
      complaints.add(error.getMessage());
      response.onNext(Empty.getDefaultInstance());
      response.onCompleted();
    }
  }

  private final class Entities extends EventSourcedGrpc.EventSourcedImplBase {

    @Override
    public StreamObserver<EventSourcedStreamIn> handle(
        StreamObserver<EventSourcedStreamOut> proxy) {
      return new Conversation(proxy);
    }
  }

  /** One stream; gRPC calls it from one thread at a time. */
  private final class Conversation implements StreamObserver<EventSourcedStreamIn> {

    private final StreamObserver<EventSourcedStreamOut> proxy;
    private final List<String> texts = new ArrayList<>();
    private String entity = "";
    private boolean isLoaded;

    Conversation(StreamObserver<EventSourcedStreamOut> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(EventSourcedStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> onInit(message.getInit());
          case EVENT -> onEvent(message.getEvent());
          case COMMAND -> onCommand(message.getCommand());
          case MESSAGE_NOT_SET -> violated("empty message");
        }
      } catch (InvalidProtocolBufferException e) {
        violated("unreadable: " + e.getMessage());
      }
    }

    private void onInit(EventSourcedInit init) throws InvalidProtocolBufferException {
      if (!entity.isEmpty()) {
        violated("second init");
      }
      entity = init.getEntityId();
      if (init.hasSnapshot()) {
        snapshotsLoaded.incrementAndGet();
        var snapshot = init.getSnapshot();
        texts.addAll(List.of(snapshot.getSnapshot().unpack(Persisted.class).getValue().split(",")));
        if (snapshot.getSnapshotSequence() != texts.size()) {
          violated(
              "snapshot of %d events under sequence %d"
                  .formatted(texts.size(), snapshot.getSnapshotSequence()));
        }
      }
    }

    private void onEvent(EventSourcedEvent event) throws InvalidProtocolBufferException {
      eventsReplayed.incrementAndGet();
      if (entity.isEmpty() || isLoaded) {
        violated("event %d out of turn".formatted(event.getSequence()));
      }
      if (event.getSequence() != texts.size() + 1) {
        violated("event %d (expected: %d)".formatted(event.getSequence(), texts.size() + 1));
      }
      texts.add(event.getPayload().unpack(Persisted.class).getValue());
    }

    private void onCommand(Command command) throws InvalidProtocolBufferException {
      if (entity.isEmpty() || !entity.equals(command.getEntityId())) {
        violated("command for [%s]".formatted(command.getEntityId()));
      }
      isLoaded = true;
      var request = command.getPayload().unpack(Request.class);
      var reply = EventSourcedReply.newBuilder().setCommandId(command.getId());
      if (request.getActionsCount() == 0) {
        send(reply, String.join(",", texts));
        return;
      }
      var text = request.getActions(0).getEmit().getValue();
      texts.add(text);
      reply.addEvents(Any.pack(Persisted.newBuilder().setValue(text).build()));
      if (texts.size() % SNAPSHOT_EVERY_EVENTS == 0) {
        var all = Persisted.newBuilder().setValue(String.join(",", texts)).build();
        reply.setSnapshot(Any.pack(all));
      }
      send(reply, Integer.toString(texts.size()));
    }

    private void send(EventSourcedReply.Builder reply, String message) {
      var payload = Any.pack(Response.newBuilder().setMessage(message).build());
      reply.setClientAction(
          ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(payload)));
      proxy.onNext(EventSourcedStreamOut.newBuilder().setReply(reply).build());
    }

    private void violated(String what) {
      violations.add("entity [%s] of %d events: %s".formatted(entity, texts.size(), what));
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
