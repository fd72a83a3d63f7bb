package io.cloudstate.tck.driver;

import akka.actor.ActorSystem;
import akka.grpc.javadsl.GoogleProtobufSerializer;
import akka.grpc.javadsl.GrpcExceptionHandler;
import akka.grpc.javadsl.GrpcMarshalling;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.japi.function.Function;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Sink;
import com.google.protobuf.Message;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.Patience;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The user function that the kit plays: an akka-grpc server that knows which methods there are, and
 * leaves every call to the script, in the order of arrival. Only calls that something has been
 * arranged for by {@link #always} are answered by themselves.
 */
public final class FunctionServer implements AutoCloseable {

  private final ActorSystem system;
  private final Materializer materializer;
  private final String host;
  private final int port;
  private final Patience patience;
  private final Map<String, Rpc<?, ?>> rpcs = new HashMap<>();
  private final Map<String, Consumer<FunctionCall<?, ?>>> arranged = new HashMap<>();
  private final BlockingQueue<FunctionCall<?, ?>> arrived = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<FunctionCall<?, ?>> known = new ConcurrentLinkedQueue<>();
  private volatile Exchange exchange = new Exchange();
  private @Nullable ServerBinding binding;
  private int calls;

  public FunctionServer(
      ActorSystem system, String host, int port, Patience patience, List<Rpc<?, ?>> rpcs) {
    this.system = system;
    this.materializer = SystemMaterializer.get(system).materializer();
    this.host = host;
    this.port = port;
    this.patience = patience;
    rpcs.forEach(rpc -> this.rpcs.put("/" + rpc.path(), rpc));
  }

  /** From now on calls of this method are answered like this and never seen by scripts. */
  @SuppressWarnings("unchecked")
  public synchronized <I extends Message, O extends Message> void always(
      Rpc<I, O> rpc, Consumer<FunctionCall<I, O>> answer) {
    arranged.put("/" + rpc.path(), call -> answer.accept((FunctionCall<I, O>) call));
  }

  /** From now on calls of this method are left to scripts again. */
  public synchronized void leaveToScripts(Rpc<?, ?> rpc) {
    arranged.remove("/" + rpc.path());
  }

  public void start() {
    Function<HttpRequest, CompletionStage<HttpResponse>> handler = this::answer;
    binding = await(Http.get(system).newServerAt(host, port).bind(handler), "binding");
  }

  public int port() {
    return binding == null ? port : binding.localAddress().getPort();
  }

  /** Goes away as if it had crashed: connections break. */
  public void stop() {
    if (binding != null) {
      await(binding.terminate(Duration.ofMillis(1)), "ending");
      binding = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** A new script begins, and writes to this exchange. */
  public void begin(Exchange next) {
    exchange = next;
    arrived.clear();
    synchronized (this) {
      calls = 0;
    }
  }

  /** The script is over: what is open is ended when the proxy ends it. */
  public void end() {
    known.forEach(FunctionCall::retire);
    known.clear();
  }

  /** The next call that the proxy makes, of which there must be one, and which must be this. */
  @SuppressWarnings("unchecked")
  public <I extends Message, O extends Message> FunctionCall<I, O> expectCall(Rpc<I, O> rpc) {
    var call = poll(patience.expected());
    if (call == null || !call.rpc().path().equals(rpc.path())) {
      throw new Mismatch(
          "what the proxy calls next",
          rpc.label(),
          call == null ? "nothing within " + patience.expected() : call.label());
    }
    return (FunctionCall<I, O>) call;
  }

  /** No call must come for so long. */
  public void expectNoCall(Duration quiet) {
    var call = poll(quiet);
    if (call != null) {
      throw new Mismatch("what the proxy calls next", "nothing for " + quiet, call.label());
    }
  }

  /**
   * Nothing must have come that no script asked for.
   *
   * @throws Mismatch if it has
   */
  public void verifyNothingMore() {
    expectNoCall(patience.quiet());
    for (var call : known) {
      var unasked = call.unasked();
      if (unasked != null) {
        throw new Mismatch("what else comes on " + call.label(), "nothing", unasked);
      }
    }
  }

  private @Nullable FunctionCall<?, ?> poll(Duration within) {
    try {
      return arrived.poll(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    var path = request.getUri().path();
    var rpc = rpcs.get(path);
    if (rpc == null) {
      exchange.add("proxy", "function", path, "call of a method that there is not");
      request.discardEntityBytes(materializer);
      return CompletableFuture.completedFuture(
          HttpResponse.create().withStatus(StatusCodes.NOT_FOUND));
    }
    return answer(request, path, rpc);
  }

  private <I extends Message, O extends Message> CompletionStage<HttpResponse> answer(
      HttpRequest request, String path, Rpc<I, O> rpc) {
    var call = arrive(request, path, rpc);
    var requests = new GoogleProtobufSerializer<I>(parser(rpc.request()));
    var replies = new GoogleProtobufSerializer<O>(parser(rpc.reply()));
    return GrpcMarshalling.<HttpResponse>negotiated(
            request,
            (reader, writer) ->
                GrpcMarshalling.unmarshalStream(request.entity(), requests, materializer, reader)
                    .thenApply(
                        messages -> {
                          messages
                              .runWith(Sink.foreach(call::onMessage), materializer)
                              .whenComplete(
                                  (done, failure) ->
                                      call.onProxyEnded(
                                          failure == null ? Status.OK : Status.CANCELLED));
                          return GrpcMarshalling.marshalStream(
                              call.outgoing(),
                              replies,
                              writer,
                              system,
                              GrpcExceptionHandler.defaultMapper());
                        }))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    HttpResponse.create().withStatus(StatusCodes.UNSUPPORTED_MEDIA_TYPE)));
  }

  private <I extends Message, O extends Message> FunctionCall<I, O> arrive(
      HttpRequest request, String path, Rpc<I, O> rpc) {
    var headers = new HashMap<String, String>();
    request
        .getHeaders()
        .forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.value()));
    Consumer<FunctionCall<?, ?>> answer;
    FunctionCall<I, O> call;
    synchronized (this) {
      call = new FunctionCall<>(rpc, ++calls, headers, exchange, patience, materializer);
      answer = arranged.get(path);
      if (answer == null) {
        known.add(call);
        arrived.add(call);
      }
    }
    if (answer != null) {
      answer.accept(call);
    }
    return call;
  }

  @SuppressWarnings("unchecked")
  private static <M extends Message> com.google.protobuf.Parser<M> parser(M message) {
    return (com.google.protobuf.Parser<M>) message.getParserForType();
  }

  private <T> T await(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(
          what + " " + host + ":" + port + " failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
