package io.cloudstate.proxy.testing;

import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.Crdt.UpdateWriteConsistency;
import io.cloudstate.tck.model.CrdtTwoGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls an {@link AppendingFunction} through a proxy, over one connection. Thread-safe; every call
 * blocks until it is answered, at most for the {@link #DEADLINE}, and throws a {@link
 * io.grpc.StatusRuntimeException} when it fails.
 */
public final class AppendingClient implements AutoCloseable {

  public static final Duration DEADLINE = Duration.ofSeconds(15);

  /** One kind's method; a command without a text only reads. */
  private interface Method {
    String call(String entity, @Nullable String text);
  }

  private final ManagedChannel channel;
  private final Method method;

  /** Calls the event sourced entities. */
  public AppendingClient(int proxyPort) {
    this("127.0.0.1", proxyPort);
  }

  /** Calls the event sourced entities of a proxy on another address. */
  public AppendingClient(String host, int proxyPort) {
    this(host, proxyPort, AppendingClient::eventSourced);
  }

  private AppendingClient(String host, int proxyPort, Function<ManagedChannel, Method> method) {
    this.channel = NettyChannelBuilder.forAddress(host, proxyPort).usePlaintext().build();
    this.method = method.apply(channel);
  }

  /** Calls the value entities. */
  public static AppendingClient ofValues(int proxyPort) {
    return ofValues("127.0.0.1", proxyPort);
  }

  /** Calls the value entities of a proxy on another address. */
  public static AppendingClient ofValues(String host, int proxyPort) {
    return new AppendingClient(host, proxyPort, AppendingClient::value);
  }

  /** Calls the sets of texts, which are CRDTs; they have no order, and their length is a size. */
  public static AppendingClient ofSets(
      String host, int proxyPort, UpdateWriteConsistency consistency) {
    return new AppendingClient(host, proxyPort, channel -> set(channel, consistency));
  }

  private static Method eventSourced(ManagedChannel channel) {
    var stub = EventSourcedTckModelGrpc.newBlockingStub(channel);
    return (entity, text) -> {
      var request = Eventsourced.Request.newBuilder().setId(entity);
      if (text != null) {
        request.addActionsBuilder().getEmitBuilder().setValue(text);
      }
      return stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .process(request.build())
          .getMessage();
    };
  }

  private static Method value(ManagedChannel channel) {
    var stub = ValueEntityTckModelGrpc.newBlockingStub(channel);
    return (entity, text) -> {
      var request = Valueentity.Request.newBuilder().setId(entity);
      if (text != null) {
        request.addActionsBuilder().getUpdateBuilder().setValue(text);
      }
      return stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .process(request.build())
          .getMessage();
    };
  }

  private static Method set(ManagedChannel channel, UpdateWriteConsistency consistency) {
    var stub = CrdtTwoGrpc.newBlockingStub(channel);
    return (entity, text) -> {
      var request = Crdt.Request.newBuilder().setId(entity);
      if (text != null) {
        var update = request.addActionsBuilder().getUpdateBuilder();
        update.setWriteConsistency(consistency).getOrsetBuilder().setAdd(text);
      }
      var reply =
          stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).call(request.build());
      var texts = reply.getState().getOrset().getElementsList();
      return text == null ? String.join(",", texts) : Integer.toString(texts.size());
    };
  }

  /**
   * Appends a text to the entity's list.
   *
   * @return the length of the list, this text included
   */
  public int append(String entity, String text) {
    return Integer.parseInt(method.call(entity, text));
  }

  /** The entity's list; nothing is stored. */
  public List<String> read(String entity) {
    var texts = method.call(entity, null);
    return texts.isEmpty() ? List.of() : List.of(texts.split(","));
  }

  /** Connects at the next call, however often that has failed before. */
  public void forgetFailures() {
    channel.resetConnectBackoff();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
