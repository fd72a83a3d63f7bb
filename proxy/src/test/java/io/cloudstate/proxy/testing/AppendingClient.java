package io.cloudstate.proxy.testing;

import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc.EventSourcedTckModelBlockingStub;
import io.cloudstate.tck.model.Eventsourced.Emit;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Calls an {@link AppendingFunction} through a proxy, over one connection. Thread-safe; every call
 * blocks until it is answered, at most for the {@link #DEADLINE}, and throws a {@link
 * io.grpc.StatusRuntimeException} when it fails.
 */
public final class AppendingClient implements AutoCloseable {

  public static final Duration DEADLINE = Duration.ofSeconds(15);

  private final ManagedChannel channel;
  private final EventSourcedTckModelBlockingStub stub;

  public AppendingClient(int proxyPort) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", proxyPort).usePlaintext().build();
    stub = EventSourcedTckModelGrpc.newBlockingStub(channel);
  }

  /**
   * Appends a text to the entity's list.
   *
   * @return the length of the list, this text included
   */
  public int append(String entity, String text) {
    var emit = RequestAction.newBuilder().setEmit(Emit.newBuilder().setValue(text));
    return Integer.parseInt(call(Request.newBuilder().setId(entity).addActions(emit)));
  }

  /** The entity's list; nothing is stored. */
  public List<String> read(String entity) {
    var texts = call(Request.newBuilder().setId(entity));
    return texts.isEmpty() ? List.of() : List.of(texts.split(","));
  }

  private String call(Request.Builder request) {
    return stub.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .process(request.build())
        .getMessage();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
