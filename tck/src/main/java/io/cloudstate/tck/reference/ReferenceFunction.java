package io.cloudstate.tck.reference;

import akka.NotUsed;
import akka.actor.ActorSystem;
import akka.grpc.javadsl.GoogleProtobufSerializer;
import akka.grpc.javadsl.GrpcExceptionHandler;
import akka.grpc.javadsl.GrpcMarshalling;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.japi.Pair;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Source;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Rpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The gRPC server that makes a model a user function. Every call has a session of its own; when the
 * proxy breaks the protocol, a failure that answers no command is the last message of the stream.
 */
public final class ReferenceFunction implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 30;

  /** Answers one call. */
  @FunctionalInterface
  private interface Handler {
    CompletionStage<HttpResponse> handle(HttpRequest request);
  }

  /** What a session says to one message, and whether it has nothing to say afterwards. */
  private record Said<O>(List<O> messages, boolean isLast) {}

  private final ActorSystem system;
  private final Materializer materializer;
  private final Map<String, Handler> handlers = new HashMap<>();
  private final ServerBinding binding;

  private ReferenceFunction(
      ActorSystem system, String host, int port, Model model, Consumer<String> complaints) {
    this.system = system;
    this.materializer = SystemMaterializer.get(system).materializer();
    serveDiscovery(model, complaints);
    serveModel(model);
    this.binding = await(Http.get(system).newServerAt(host, port).bind(this::answer));
  }

  /**
   * Serves until closed.
   *
   * @param port to listen on; 0 for any that is free
   * @param complaints is told what the proxy reports as mistakes of the function
   * @throws IllegalStateException if it cannot
   */
  public static ReferenceFunction start(
      String host, int port, Model model, Consumer<String> complaints) {
    var system = ActorSystem.create("function");
    try {
      return new ReferenceFunction(system, host, port, model, complaints);
    } catch (RuntimeException e) {
      system.terminate();
      throw e;
    }
  }

  /** On which it listens. */
  public int port() {
    return binding.localAddress().getPort();
  }

  @Override
  public void close() {
    await(binding.terminate(Duration.ofMillis(1)));
    system.terminate();
  }

  private void serveDiscovery(Model model, Consumer<String> complaints) {
    serve(FunctionRpcs.DISCOVER, () -> proxy -> List.of(model.spec()), text -> model.spec());
    serve(
        FunctionRpcs.REPORT_ERROR,
        () ->
            error -> {
              complaints.accept(error.getMessage());
              return List.of(Empty.getDefaultInstance());
            },
        text -> Empty.getDefaultInstance());
  }

  private void serveModel(Model model) {
    serve(
        FunctionRpcs.EVENT_SOURCED,
        model::eventSourced,
        text -> EventSourcedStreamOut.newBuilder().setFailure(failure(text)).build());
    serve(
        FunctionRpcs.VALUE,
        model::value,
        text -> ValueEntityStreamOut.newBuilder().setFailure(failure(text)).build());
    serve(
        FunctionRpcs.CRDT,
        model::crdt,
        text -> CrdtStreamOut.newBuilder().setFailure(failure(text)).build());
    for (var rpc : FunctionRpcs.ACTIONS) {
      serve(
          rpc,
          model::action,
          text -> ActionResponse.newBuilder().setFailure(failure(text)).build());
    }
  }

  private static Failure failure(String text) {
    return Answers.failed(0, text);
  }

  private <I extends Message, O extends Message> void serve(
      Rpc<I, O> rpc, Supplier<Session<I, O>> sessions, Function<String, O> failure) {
    var reader = new GoogleProtobufSerializer<I>(parser(rpc.request()));
    var writer = new GoogleProtobufSerializer<O>(parser(rpc.reply()));
    handlers.put(
        "/" + rpc.path(),
        request ->
            GrpcMarshalling.<HttpResponse>negotiated(
                    request,
                    (in, out) ->
                        GrpcMarshalling.unmarshalStream(request.entity(), reader, materializer, in)
                            .thenApply(
                                messages ->
                                    GrpcMarshalling.marshalStream(
                                        answers(messages, sessions, failure),
                                        writer,
                                        out,
                                        system,
                                        GrpcExceptionHandler.defaultMapper())))
                .orElseGet(() -> refused(request, 415)));
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    var handler = handlers.get(request.getUri().path());
    return handler == null ? refused(request, 404) : handler.handle(request);
  }

  private CompletionStage<HttpResponse> refused(HttpRequest request, int status) {
    request.discardEntityBytes(materializer);
    return CompletableFuture.completedFuture(
        HttpResponse.create().withStatus(StatusCodes.get(status)));
  }

  private static <I, O> Source<O, NotUsed> answers(
      Source<I, NotUsed> messages, Supplier<Session<I, O>> sessions, Function<String, O> failure) {
    return messages
        .statefulMap(
            sessions::get,
            (session, message) -> Pair.create(session, said(session, message, failure)),
            session -> Optional.of(new Said<>(session.onCompleted(), true)))
        .takeWhile(said -> !said.isLast(), true)
        .mapConcat(Said::messages);
  }

  private static <I, O> Said<O> said(
      Session<I, O> session, I message, Function<String, O> failure) {
    try {
      return new Said<>(session.onMessage(message), false);
    } catch (ProtocolViolation e) {
      return new Said<>(List.of(failure.apply(e.getMessage())), true);
    }
  }

  @SuppressWarnings("unchecked") // of the same type as its message
  private static <M extends Message> Parser<M> parser(M message) {
    return (Parser<M>) message.getParserForType();
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException("reference function: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("reference function: interrupted", e);
    }
  }
}
