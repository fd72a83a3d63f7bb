package io.cloudstate.proxy.ingress;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A grpc-java client on one connection that sends and receives bytes as they are. */
final class RawClient implements AutoCloseable {

  /** How a call ended, and everything that came before. */
  record Result(Status status, Metadata headers, List<byte[]> messages) {

    byte[] onlyMessage() {
      if (messages.size() != 1) {
        throw new AssertionError("messages: " + messages.size() + ", " + status);
      }
      return messages.get(0);
    }
  }

  /** A call that runs. */
  record Running(ClientCall<byte[], byte[]> call, CompletableFuture<Result> result) {}

  private static final long PATIENCE_SECONDS = 20;

  private final ManagedChannel channel;

  RawClient(int port) {
    channel =
        Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
            .maxInboundMessageSize(64 << 20)
            .disableRetry()
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  Result call(String method, byte[] message) throws Exception {
    return result(start(method, CallOptions.DEFAULT, new Metadata(), message));
  }

  static Result result(Running running) throws Exception {
    return running.result().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Starts a call, sends the messages and half-closes. */
  Running start(String method, CallOptions options, Metadata headers, byte[]... messages) {
    var call = channel.newCall(method(method), options);
    var result = new CompletableFuture<Result>();
    call.start(new Collecting(result), headers);
    call.request(Integer.MAX_VALUE);
    call.setMessageCompression(options.getCompressor() != null);
    for (var message : messages) {
      call.sendMessage(message);
    }
    call.halfClose();
    return new Running(call, result);
  }

  /** Starts a call and sends nothing but its headers. */
  ClientCall<byte[], byte[]> open(String method) {
    var call = channel.newCall(method(method), CallOptions.DEFAULT);
    call.start(new Collecting(new CompletableFuture<>()), new Metadata());
    return call;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Streaming for the client, so that it lets several messages or none through. */
  private static MethodDescriptor<byte[], byte[]> method(String fullName) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(fullName)
        .setRequestMarshaller(Bytes.INSTANCE)
        .setResponseMarshaller(Bytes.INSTANCE)
        .build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("reading from memory", e);
      }
    }
  }

  private static final class Collecting extends ClientCall.Listener<byte[]> {

    private final CompletableFuture<Result> result;
    private final List<byte[]> messages = new ArrayList<>();
    private @Nullable Metadata headers;

    Collecting(CompletableFuture<Result> result) {
      this.result = result;
    }

    @Override
    public void onHeaders(Metadata received) {
      headers = received;
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      result.complete(new Result(status, headers == null ? trailers : headers, messages));
    }
  }
}
