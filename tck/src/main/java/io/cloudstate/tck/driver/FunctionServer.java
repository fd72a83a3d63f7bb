package io.cloudstate.tck.driver;

import akka.Done;
import akka.NotUsed;
import akka.actor.ActorSystem;
import akka.grpc.GrpcServiceException;
import akka.grpc.ProtobufSerializer;
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
import akka.stream.SourceShape;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Broadcast;
import akka.stream.javadsl.GraphDSL;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
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
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The user function that the kit plays: an akka-grpc server that knows which methods there are, and
 * leaves every call to the script, in the order of arrival. Only calls that something has been
 * arranged for by {@link #always} are answered by themselves. It can stand in front of a real
 * function as well, which then answers.
 */
public final class FunctionServer implements AutoCloseable {

  private static final String LOCAL = "127.0.0.1";

  private record Relay(ScriptedProxy function, UnaryOperator<Message> comparable) {}

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
  private volatile @Nullable Relay relay;
  private @Nullable ServerBinding binding;
  private @Nullable Gate gate;
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

  /**
   * From now on a real function answers all calls, byte for byte. Scripts look on: what they send
   * is what it has to send, and what is arranged for calls must not answer them.
   *
   * @param comparable evens out what means nothing in messages of the function
   */
  public void relayTo(ScriptedProxy function, UnaryOperator<Message> comparable) {
    relay = new Relay(function, comparable);
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
    if (gate == null) {
      Function<HttpRequest, CompletionStage<HttpResponse>> handler = this::answer;
      binding = await(Http.get(system).newServerAt(LOCAL, 0).bind(handler), "binding");
      gate = new Gate(system, host, port, binding.localAddress());
    }
    gate.open();
  }

  /** At which it is to be found. */
  int port() {
    return gate == null ? port : gate.port();
  }

  /** Goes away as if it had crashed: connections break. */
  public void stop() {
    if (gate != null) {
      gate.close();
    }
  }

  /** Goes away and is back in no time: connections break, and can be made again. */
  public void restart() {
    if (gate != null) {
      gate.breakConnections();
    }
  }

  @Override
  public void close() {
    stop();
    if (binding != null) {
      await(binding.terminate(Duration.ofMillis(1)), "ending");
      binding = null;
    }
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
    var headers = headers(request);
    var to = relay;
    if (to == null) {
      var call =
          arrive(
              path,
              number -> new FunctionCall<>(rpc, number, headers, exchange, patience, materializer));
      return respond(
          request,
          new GoogleProtobufSerializer<>(rpc.requests()),
          new GoogleProtobufSerializer<>(rpc.replies()),
          messages -> played(call, messages));
    }
    var call =
        arrive(
            path,
            number ->
                new RelayedCall<>(
                    rpc, number, headers, exchange, patience, materializer, to.comparable()));
    return respond(
        request,
        Wire.BYTES,
        Wire.BYTES,
        messages -> relayed(call, to.function().client(), messages));
  }

  private <A, B> CompletionStage<HttpResponse> respond(
      HttpRequest request,
      ProtobufSerializer<A> requests,
      ProtobufSerializer<B> replies,
      java.util.function.Function<Source<A, NotUsed>, Source<B, NotUsed>> answer) {
    return GrpcMarshalling.<HttpResponse>negotiated(
            request,
            (reader, writer) ->
                GrpcMarshalling.unmarshalStream(request.entity(), requests, materializer, reader)
                    .thenApply(
                        messages ->
                            GrpcMarshalling.marshalStream(
                                answer.apply(messages),
                                replies,
                                writer,
                                system,
                                GrpcExceptionHandler.defaultMapper())))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    HttpResponse.create().withStatus(StatusCodes.UNSUPPORTED_MEDIA_TYPE)));
  }

  private <I extends Message, O extends Message> Source<O, NotUsed> played(
      FunctionCall<I, O> call, Source<I, NotUsed> messages) {
    watch(call, messages.runWith(Sink.foreach(call::onMessage), materializer));
    return call.outgoing();
  }

  private <I extends Message, O extends Message> Source<ByteString, NotUsed> relayed(
      RelayedCall<I, O> call, GrpcClient function, Source<ByteString, NotUsed> messages) {
    var rpc = call.rpc();
    Sink<ByteString, CompletionStage<Done>> ear =
        Sink.foreach(bytes -> call.onMessage(Rpc.parsed(rpc.requests(), bytes)));
    var requests = overheard(messages, ear).mapMaterializedValue(done -> watch(call, done));
    return function
        .relay(rpc, requests)
        .map(
            bytes -> {
              call.onFunctionSent(Rpc.parsed(rpc.replies(), bytes));
              return bytes;
            })
        .mapError(
            Throwable.class,
            failure -> {
              var status = Status.fromThrowable(failure);
              call.onFunctionEnded(status);
              return new GrpcServiceException(status);
            })
        .concatLazy(
            Source.lazySource(
                () -> {
                  call.onFunctionEnded(Status.OK);
                  return Source.empty();
                }));
  }

  /** Who listens hears all to the end, even if the function takes no more of it. */
  private static Source<ByteString, CompletionStage<Done>> overheard(
      Source<ByteString, NotUsed> messages, Sink<ByteString, CompletionStage<Done>> ear) {
    return Source.fromGraph(
        GraphDSL.create(
            ear,
            (builder, listening) -> {
              var both = builder.add(Broadcast.<ByteString>create(2));
              builder.from(builder.add(messages)).toInlet(both.in());
              builder.from(both.out(0)).toInlet(listening.in());
              return SourceShape.of(both.out(1));
            }));
  }

  private static NotUsed watch(FunctionCall<?, ?> call, CompletionStage<Done> done) {
    done.whenComplete(
        (ignored, failure) -> call.onProxyEnded(failure == null ? Status.OK : Status.CANCELLED));
    return NotUsed.getInstance();
  }

  private static Map<String, String> headers(HttpRequest request) {
    var headers = new HashMap<String, String>();
    request
        .getHeaders()
        .forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.value()));
    return headers;
  }

  private <C extends FunctionCall<?, ?>> C arrive(String path, IntFunction<C> made) {
    Consumer<FunctionCall<?, ?>> answer;
    C call;
    synchronized (this) {
      call = made.apply(++calls);
      answer = arranged.get(path);
      if (answer == null) {
        known.add(call);
        arrived.add(call);
      }
    }
    if (answer != null) {
      answer.accept(call);
      call.retire();
    }
    return call;
  }

  static <T> T await(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(what + " failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
