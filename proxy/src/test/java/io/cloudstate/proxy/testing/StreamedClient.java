package io.cloudstate.proxy.testing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A client that sends and takes messages one by one, as the test says. */
public final class StreamedClient<I, O> extends ClientCall.Listener<O> {

  private final ClientCall<I, O> call;
  private final BlockingQueue<O> replies = new LinkedBlockingQueue<>();
  private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final AtomicInteger sent = new AtomicInteger();
  private volatile @Nullable Metadata trailers;
  private volatile @Nullable Runnable whenReady;

  private StreamedClient(ClientCall<I, O> call) {
    this.call = call;
  }

  public static <I, O> StreamedClient<I, O> open(Channel channel, MethodDescriptor<I, O> method) {
    return open(channel, method, CallOptions.DEFAULT, new Metadata());
  }

  /** Opens a call; nothing is requested yet. */
  public static <I, O> StreamedClient<I, O> open(
      Channel channel, MethodDescriptor<I, O> method, CallOptions options, Metadata headers) {
    var call = channel.newCall(method, options);
    var client = new StreamedClient<I, O>(call);
    call.start(client, headers);
    if (options.getCompressor() != null) {
      call.setMessageCompression(true);
    }
    return client;
  }

  public StreamedClient<I, O> send(I message) {
    call.sendMessage(message);
    return this;
  }

  public StreamedClient<I, O> halfClose() {
    call.halfClose();
    return this;
  }

  public StreamedClient<I, O> request(int messages) {
    call.request(messages);
    return this;
  }

  public void cancel() {
    call.cancel("the test says so", null);
  }

  /** Requests a reply and takes it, which has to come. */
  public O next() {
    call.request(1);
    return Waiting.take(replies, "reply");
  }

  /** Takes a reply that was requested before. */
  public O take() {
    return Waiting.take(replies, "reply");
  }

  public int received() {
    return replies.size();
  }

  /** Sends messages 0, 1, 2 and so on, as fast as they are taken, and half-closes after them. */
  public void flood(int number, IntFunction<I> messages) {
    whenReady = () -> floodWhileReady(number, messages);
    floodWhileReady(number, messages);
  }

  private synchronized void floodWhileReady(int number, IntFunction<I> messages) {
    while (call.isReady() && sent.get() < number) {
      call.sendMessage(messages.apply(sent.getAndIncrement()));
      if (sent.get() == number) {
        call.halfClose();
      }
    }
  }

  /** How many messages {@link #flood} has sent. */
  public int sent() {
    return sent.get();
  }

  public boolean hasHeaders() {
    return headers.isDone();
  }

  public Metadata headers() {
    return await(headers, "headers");
  }

  public Metadata trailers() {
    awaitEnd();
    var known = trailers;
    if (known == null) {
      throw new AssertionError("no trailers");
    }
    return known;
  }

  public boolean isEnded() {
    return end.isDone();
  }

  /** How the call ended, which it has to. */
  public Status awaitEnd() {
    return await(end, "end of the call");
  }

  private static <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get(Waiting.SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came: " + what, e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void onHeaders(Metadata received) {
    headers.complete(received);
  }

  @Override
  public void onMessage(O message) {
    replies.add(message);
  }

  @Override
  public void onReady() {
    var does = whenReady;
    if (does != null) {
      does.run();
    }
  }

  @Override
  public void onClose(Status status, Metadata received) {
    trailers = received;
    end.complete(status);
  }
}
