package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Rpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small proxy for one node, that can be told to do things wrong. All it does happens in one
 * thread, so that what goes wrong is what it was told.
 */
final class FakeProxy implements AutoCloseable {

  static final Duration RELAY_TIMEOUT = Duration.ofSeconds(2);
  static final int MAX_MESSAGE_BYTES = 3 << 20;

  private static final int RETRY_MILLIS = 20;

  /** Who waits for the outcome of a command. */
  interface Caller {
    void reply(ByteString message, Metadata metadata);

    void end(Status status);
  }

  record Method(String service, String name, String input, boolean streamsIn, boolean streamsOut) {}

  final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  final Map<String, FakeEntity.Stored> disk;
  private final Map<String, Entity> entities = new HashMap<>();
  private final Map<String, Method> methods = new HashMap<>();
  private final Map<String, FakeEntity> loaded = new HashMap<>();
  private final int port;
  private final int functionPort;
  private final ManagedChannel channel;
  private final Server server;
  private volatile @Nullable FakeHttp http;
  private volatile @Nullable FakeFront front;
  private volatile Set<Fault> faults = EnumSet.noneOf(Fault.class);

  /**
   * @param disk what is stored there outlives this proxy
   */
  FakeProxy(int port, int functionPort, Map<String, FakeEntity.Stored> disk) {
    this.port = port;
    this.functionPort = functionPort;
    this.disk = disk;
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", functionPort)
            .usePlaintext()
            .executor(loop)
            .maxInboundMessageSize(2 * MAX_MESSAGE_BYTES)
            .build();
    server =
        NettyServerBuilder.forPort(0)
            .executor(loop)
            .maxInboundMessageSize(2 * MAX_MESSAGE_BYTES)
            .fallbackHandlerRegistry(
                new HandlerRegistry() {
                  @Override
                  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
                      String name, @Nullable String authority) {
                    return definition(name);
                  }
                })
            .build();
  }

  /** Discovers the function as soon as it is there, and then serves it. */
  void start() {
    if (isThere()) {
      discover();
    } else {
      later(RETRY_MILLIS, this::start);
    }
  }

  private boolean isThere() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), functionPort)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void discover() {
    introduce(
        spec -> {
          read(spec);
          try {
            server.start();
            var json = new FakeHttp(this);
            http = json;
            front = new FakeFront(port, json.port(), server.getPort());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          askAgainWhenLost();
        });
    if (has(Fault.DISCOVERS_TWICE)) {
      introduce(spec -> {});
    }
  }

  private void askAgainWhenLost() {
    if (!has(Fault.NEVER_ASKS_AGAIN)) {
      channel.notifyWhenStateChanged(ConnectivityState.READY, () -> loop.execute(this::askAgain));
    }
  }

  private void askAgain() {
    if (!isThere()) {
      later(RETRY_MILLIS, this::askAgain);
      return;
    }
    channel.resetConnectBackoff();
    introduce(
        spec -> {
          askAgainWhenLost();
          replace(spec);
        });
  }

  private void replace(EntitySpec spec) {
    var mistakes = FakeSpec.mistakes(spec, faults);
    mistakes.forEach(this::report);
    if (!has(Fault.KEEPS_THE_FIRST_SPEC) && (mistakes.isEmpty() || has(Fault.SERVES_WRONG_SPECS))) {
      entities.clear();
      methods.clear();
      read(spec);
    }
  }

  /** From now on does these things wrong, and no others. */
  void doWrong(Set<Fault> wrong) {
    faults = wrong;
  }

  boolean has(Fault fault) {
    return faults.contains(fault);
  }

  @Override
  public void close() {
    if (front != null) {
      front.close();
    }
    if (http != null) {
      http.close();
    }
    server.shutdownNow();
    channel.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.shutdownNow();
  }

  private void introduce(Consumer<EntitySpec> then) {
    var info =
        ProxyInfo.newBuilder()
            .setProtocolMinorVersion(has(Fault.WRONG_VERSION) ? 1 : 2)
            .addAllSupportedEntityTypes(
                List.of(Protocol.ACTION, Protocol.VALUE, Protocol.EVENT_SOURCED, Protocol.CRDT));
    if (has(Fault.A_FIFTH_ENTITY_TYPE)) {
      info.addSupportedEntityTypes("cloudstate.more.More");
    }
    var call = new Outgoing(FunctionRpcs.DISCOVER, bytes -> then.accept(spec(bytes)), status -> {});
    call.send(info.build());
    call.halfClose();
  }

  private static EntitySpec spec(byte[] bytes) {
    try {
      return EntitySpec.parseFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(EntitySpec spec) {
    spec.getEntitiesList().forEach(entity -> entities.put(entity.getServiceName(), entity));
    try {
      for (var file : FileDescriptorSet.parseFrom(spec.getProto()).getFileList()) {
        for (var service : file.getServiceList()) {
          var name = file.getPackage() + "." + service.getName();
          for (var each : service.getMethodList()) {
            methods.put(
                name + "/" + each.getName(),
                new Method(
                    name,
                    each.getName(),
                    each.getInputType().substring(1),
                    each.getClientStreaming(),
                    each.getServerStreaming()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable ServerMethodDefinition<byte[], byte[]> definition(String path) {
    if (path.equals(ReflectionRules.INFO.path())) {
      return ServerMethodDefinition.create(
          descriptor(path), (call, headers) -> new Reflection(call));
    }
    var found = methods.get(path);
    var method = found == null || !entities.containsKey(found.service()) ? null : found;
    if (method == null && !has(Fault.UNKNOWN_METHODS_HANG)) {
      return null;
    }
    return ServerMethodDefinition.create(
        descriptor(path),
        (call, headers) -> {
          call.request(Integer.MAX_VALUE);
          return method == null ? new ServerCall.Listener<>() {} : listener(method, call, headers);
        });
  }

  private ServerCall.Listener<byte[]> listener(
      Method method, ServerCall<byte[], byte[]> call, io.grpc.Metadata headers) {
    var caller = new GrpcCaller(call);
    var metadata = metadata(headers);
    if (method.streamsIn()) {
      return new StreamedCall(method, caller, metadata);
    }
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        if (message.length > MAX_MESSAGE_BYTES && !has(Fault.TAKES_REQUESTS_OF_ANY_SIZE)) {
          caller.end(Status.RESOURCE_EXHAUSTED);
          return;
        }
        route(
            method.service(),
            method.name(),
            cut(ByteString.copyFrom(message), Fault.CUTS_LARGE_REQUESTS),
            metadata,
            caller,
            caller);
      }

      @Override
      public void onCancel() {
        caller.cancelled();
      }
    };
  }

  private ByteString cut(ByteString message, Fault fault) {
    return message.size() > MAX_MESSAGE_BYTES / 2 && has(fault) ? ByteString.EMPTY : message;
  }

  /** Has a service's method execute one request. */
  void route(
      String service,
      String name,
      ByteString request,
      Metadata metadata,
      Caller caller,
      @Nullable GrpcCaller client) {
    var method = methods.get(service + "/" + name);
    var entity = entities.get(service);
    if (method == null || entity == null) {
      caller.end(Status.INTERNAL.withDescription("Error"));
      report(
          entity == null
              ? "Service [" + service + "] unknown"
              : "Service [" + service + "] does not have a command named: [" + name + "]");
      return;
    }
    var payload =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/" + method.input())
            .setValue(request)
            .build();
    if (entity.getEntityType().equals(Protocol.ACTION)) {
      var opening = new ActionCall(method, metadata, caller, client);
      opening.send(
          ActionCommand.newBuilder()
              .setServiceName(service)
              .setName(has(Fault.ACTION_WITHOUT_METHOD) ? "" : name)
              .setPayload(payload)
              .setMetadata(metadata)
              .build());
      opening.halfClose();
    } else {
      var key = key(request);
      var instance = has(Fault.MIXES_ENTITIES_UP) ? key.substring(0, key.length() - 1) : key;
      loaded
          .computeIfAbsent(service + "|" + instance, ignored -> new FakeEntity(this, entity, key))
          .command(name, payload, method.streamsOut(), metadata, caller, client);
    }
  }

  /** Runs side effects, then does what the client action says; {@code last} ends the call too. */
  void settle(
      List<SideEffect> effects,
      @Nullable ClientAction action,
      Metadata metadata,
      Caller caller,
      boolean last) {
    var all = new ArrayList<>(effects);
    if (has(Fault.EFFECTS_BACKWARDS)) {
      Collections.reverse(all);
    }
    if (has(Fault.EFFECTS_TWICE)) {
      all.addAll(effects);
    }
    var failing = action != null && action.hasFailure();
    if (has(Fault.LOSES_EFFECTS) || (failing && has(Fault.NO_EFFECTS_OF_FAILURES))) {
      all.clear();
    }
    var isAlone = action == null && !effects.isEmpty() && has(Fault.A_MESSAGE_FOR_EFFECTS_ALONE);
    run(
        all,
        caller,
        () -> {
          if (isAlone) {
            caller.reply(ByteString.EMPTY, Metadata.getDefaultInstance());
          }
          act(action, metadata, caller, last);
        });
  }

  private void run(List<SideEffect> effects, Caller caller, Runnable then) {
    if (effects.isEmpty()) {
      then.run();
      return;
    }
    var effect = effects.get(0);
    var rest = effects.subList(1, effects.size());
    var waits =
        effect.getSynchronous()
            ? !has(Fault.SYNCHRONOUS_EFFECTS_NOT_AWAITED)
            : has(Fault.ASYNCHRONOUS_EFFECTS_AWAITED);
    var ended = new CompletableFuture<Status>();
    var nobody =
        new Caller() {
          @Override
          public void reply(ByteString message, Metadata ignored) {}

          @Override
          public void end(Status status) {
            ended.complete(status);
          }
        };
    route(
        effect.getServiceName(),
        effect.getCommandName(),
        effect.getPayload().getValue(),
        effect.getMetadata(),
        nobody,
        null);
    if (!waits) {
      run(rest, caller, then);
      return;
    }
    var unused =
        ended.thenAccept(
            status -> {
              if (!status.isOk() && has(Fault.FAILING_EFFECTS_FAIL_CALLS)) {
                caller.end(status);
              } else {
                run(rest, caller, then);
              }
            });
  }

  private void act(@Nullable ClientAction action, Metadata metadata, Caller caller, boolean last) {
    if (action != null && action.hasReply()) {
      var message = cut(action.getReply().getPayload().getValue(), Fault.CUTS_LARGE_REPLIES);
      caller.reply(message, action.getReply().getMetadata());
    } else if (action != null && action.hasFailure()) {
      fail(action.getFailure().getDescription(), caller);
      return;
    } else if (action != null && action.hasForward()) {
      forward(action, metadata, caller, last);
      return;
    }
    if (last) {
      caller.end(Status.OK);
    }
  }

  private void fail(String description, Caller caller) {
    if (has(Fault.FAILURES_AS_EMPTY_REPLIES)) {
      caller.reply(ByteString.EMPTY, Metadata.getDefaultInstance());
      caller.end(Status.OK);
    } else {
      var status = has(Fault.FAILURES_AS_INTERNAL) ? Status.INTERNAL : Status.UNKNOWN;
      caller.end(has(Fault.FAILURES_WITHOUT_TEXT) ? status : status.withDescription(description));
    }
  }

  private void forward(ClientAction action, Metadata metadata, Caller caller, boolean last) {
    var forward = action.getForward();
    if (has(Fault.IGNORES_FORWARDS)) {
      caller.reply(ByteString.EMPTY, Metadata.getDefaultInstance());
      if (last) {
        caller.end(Status.OK);
      }
      return;
    }
    var target =
        new Caller() {
          @Override
          public void reply(ByteString message, Metadata of) {
            caller.reply(message, of);
          }

          @Override
          public void end(Status status) {
            if (!status.isOk() && has(Fault.FORWARDED_FAILURES_LOST)) {
              caller.end(Status.UNKNOWN);
            } else if (last || !status.isOk()) {
              caller.end(status);
            }
          }
        };
    route(
        forward.getServiceName(),
        forward.getCommandName(),
        forward.getPayload().getValue(),
        has(Fault.FORWARDS_INHERIT_METADATA) ? metadata : forward.getMetadata(),
        target,
        null);
  }

  private void report(String text) {
    if (!has(Fault.REPORTS_NOTHING)) {
      var call = new Outgoing(FunctionRpcs.REPORT_ERROR, bytes -> {}, status -> {});
      call.send(UserFunctionError.newBuilder().setMessage(text).build());
      call.halfClose();
    }
  }

  private Metadata metadata(io.grpc.Metadata headers) {
    var metadata = Metadata.newBuilder();
    for (var name : headers.keys()) {
      var value =
          headers.get(io.grpc.Metadata.Key.of(name, io.grpc.Metadata.ASCII_STRING_MARSHALLER));
      if (value != null && !has(Fault.NO_METADATA_TO_ACTIONS)) {
        metadata.addEntries(MetadataEntry.newBuilder().setKey(name).setStringValue(value));
      }
    }
    return metadata.build();
  }

  private static String key(ByteString request) {
    try {
      var id = UnknownFieldSet.parseFrom(request).getField(1).getLengthDelimitedList();
      return id.isEmpty() ? "" : id.get(0).toStringUtf8();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MethodDescriptor<byte[], byte[]> descriptor(String path) {
    return MethodDescriptor.newBuilder(BYTES, BYTES)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(path)
        .build();
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** A call of the function. */
  class Outgoing {

    private final ClientCall<byte[], byte[]> call;

    Outgoing(Rpc<?, ?> rpc, Consumer<byte[]> onMessage, Consumer<Status> onEnd) {
      // else it would end with the client's call that caused it
      var context = Context.ROOT.attach();
      try {
        call = channel.newCall(descriptor(rpc.path()), CallOptions.DEFAULT);
        start(onMessage, onEnd);
      } finally {
        Context.ROOT.detach(context);
      }
    }

    private void start(Consumer<byte[]> onMessage, Consumer<Status> onEnd) {
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              onMessage.accept(message);
            }

            @Override
            public void onClose(Status status, io.grpc.Metadata trailers) {
              onEnd.accept(status);
            }
          },
          new io.grpc.Metadata());
      call.request(Integer.MAX_VALUE);
    }

    void send(Message message) {
      call.sendMessage(message.toByteArray());
    }

    void halfClose() {
      call.halfClose();
    }

    void cancel() {
      call.cancel("the fake proxy gives up", null);
    }
  }

  /** A call of an action. */
  private final class ActionCall extends Outgoing {
    ActionCall(Method method, Metadata metadata, Caller caller, @Nullable GrpcCaller client) {
      this(method, new ActionReplies(method, metadata, caller), client);
    }

    private ActionCall(Method method, ActionReplies replies, @Nullable GrpcCaller client) {
      super(rpc(method), replies::onMessage, replies::onEnd);
      replies.call = this;
      if (client != null && !has(Fault.CANCEL_NOT_PASSED_ON)) {
        client.whenCancelled(this::cancel);
      }
    }
  }

  private static Rpc<?, ?> rpc(Method method) {
    if (method.streamsIn()) {
      return method.streamsOut() ? FunctionRpcs.STREAMED_ACTION : FunctionRpcs.STREAMED_IN_ACTION;
    }
    return method.streamsOut() ? FunctionRpcs.STREAMED_OUT_ACTION : FunctionRpcs.UNARY_ACTION;
  }

  private final class ActionReplies {
    private final Method method;
    private final Metadata metadata;
    private final Caller caller;
    private boolean isOver;
    private int replies;
    private @Nullable ActionCall call;

    ActionReplies(Method method, Metadata metadata, Caller caller) {
      this.method = method;
      this.metadata = metadata;
      this.caller = caller;
    }

    void onMessage(byte[] bytes) {
      if (isOver || (method.streamsOut() && ++replies == 3 && has(Fault.LOSES_A_STREAMED_REPLY))) {
        return;
      }
      ActionResponse response;
      try {
        response = ActionResponse.parseFrom(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ClientAction action = null;
      if (response.hasReply()) {
        action = ClientAction.newBuilder().setReply(response.getReply()).build();
      } else if (response.hasForward()) {
        action = ClientAction.newBuilder().setForward(response.getForward()).build();
      } else if (response.hasFailure()) {
        action = ClientAction.newBuilder().setFailure(response.getFailure()).build();
      }
      isOver = response.hasFailure() || !method.streamsOut();
      if (response.hasFailure() && has(Fault.REPLIES_AFTER_FAILURES)) {
        caller.reply(ByteString.EMPTY, Metadata.getDefaultInstance());
      }
      settle(response.getSideEffectsList(), action, metadata, caller, !method.streamsOut());
      if (response.hasFailure() && method.streamsOut() && call != null) {
        call.cancel();
      }
    }

    void onEnd(Status status) {
      if (!isOver) {
        isOver = true;
        caller.end(!status.isOk() && has(Fault.FUNCTIONS_STATUS_LOST) ? Status.INTERNAL : status);
      }
    }
  }

  /** A client's call of server reflection. */
  private final class Reflection extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Reflection(ServerCall<byte[], byte[]> call) {
      this.call = call;
      call.request(Integer.MAX_VALUE);
      call.sendHeaders(new io.grpc.Metadata());
    }

    @Override
    public void onMessage(byte[] message) {
      var reply = ReflectionRules.reply(message, List.copyOf(entities.values()));
      call.sendMessage(
          has(Fault.REFLECTION_OF_NOTHING)
              ? reply.toBuilder()
                  .clearOneof(reply.getDescriptorForType().getOneofs().get(0))
                  .build()
                  .toByteArray()
              : reply.toByteArray());
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new io.grpc.Metadata());
    }
  }

  /** A client's call that streams in. */
  private final class StreamedCall extends ServerCall.Listener<byte[]> {
    private final Method method;
    private final GrpcCaller caller;
    private final Metadata metadata;
    private @Nullable ActionCall call;

    StreamedCall(Method method, GrpcCaller caller, Metadata metadata) {
      this.method = method;
      this.caller = caller;
      this.metadata = metadata;
      if (!has(Fault.OPENS_STREAMS_LATE)) {
        open();
      }
    }

    private ActionCall open() {
      if (call == null) {
        call = new ActionCall(method, metadata, caller, caller);
        call.send(
            ActionCommand.newBuilder()
                .setServiceName(method.service())
                .setName(method.name())
                .setMetadata(metadata)
                .build());
      }
      return call;
    }

    @Override
    public void onMessage(byte[] message) {
      var command =
          ActionCommand.newBuilder()
              .setPayload(
                  Any.newBuilder()
                      .setTypeUrl("type.googleapis.com/" + method.input())
                      .setValue(ByteString.copyFrom(message)));
      if (has(Fault.NAMES_ON_FOLLOWING_MESSAGES)) {
        command.setName(method.name());
      }
      open().send(command.build());
    }

    @Override
    public void onHalfClose() {
      if (!has(Fault.NO_HALF_CLOSE_TO_ACTIONS)) {
        open().halfClose();
      }
    }

    @Override
    public void onCancel() {
      caller.cancelled();
    }
  }

  /** The client of a call. */
  final class GrpcCaller implements Caller {
    private final ServerCall<byte[], byte[]> call;
    private final List<Runnable> whenCancelled = new ArrayList<>();
    private boolean hasHeaders;
    private boolean isOver;

    GrpcCaller(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void reply(ByteString message, Metadata metadata) {
      if (isOver) {
        return;
      }
      if (!hasHeaders) {
        hasHeaders = true;
        var headers = new io.grpc.Metadata();
        if (!has(Fault.NO_METADATA_BACK)) {
          metadata
              .getEntriesList()
              .forEach(
                  entry ->
                      headers.put(
                          io.grpc.Metadata.Key.of(
                              entry.getKey(), io.grpc.Metadata.ASCII_STRING_MARSHALLER),
                          entry.getStringValue()));
        }
        call.sendHeaders(headers);
      }
      call.sendMessage(message.toByteArray());
    }

    @Override
    public void end(Status status) {
      if (!isOver) {
        isOver = true;
        if (status.isOk() && !hasHeaders) {
          call.sendHeaders(new io.grpc.Metadata());
        }
        call.close(status, new io.grpc.Metadata());
      }
    }

    void whenCancelled(Runnable what) {
      whenCancelled.add(what);
    }

    void cancelled() {
      if (!isOver) {
        isOver = true;
        whenCancelled.forEach(Runnable::run);
      }
    }
  }

  void later(long millis, Runnable what) {
    var unused = loop.schedule(what, millis, TimeUnit.MILLISECONDS);
  }
}
