package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the fake proxy serves over HTTP/1.1: JSON, and gRPC-Web. */
final class FakeHttp implements AutoCloseable {

  private static final int HEAD = 5;

  /** Methods with a path of their own; one that ends in a slash is followed by the id. */
  private static final Map<String, String> OWN_PATHS =
      Map.of(
          "/tck/model/action/unary", ActionModel.UNARY.path(),
          "/tck/model/entity/", ValueModel.PROCESS.path(),
          "/tck/model/eventsourced/", EventSourcedModel.PROCESS.path(),
          "/tck/model/crdt/", CrdtModel.PROCESS.path());

  /** The only reply of a call, and its end. */
  private record Outcome(ByteString reply, Status status) {}

  private record Answer(int status, String type, ByteString body) {
    static Answer text(int status, String text) {
      return new Answer(status, "text/plain", ByteString.copyFromUtf8(text));
    }
  }

  /** What a request means. */
  private record Found(MethodDescriptor method, String id) {}

  private final FakeProxy proxy;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, MethodDescriptor> methods = new HashMap<>();

  FakeHttp(FakeProxy proxy) throws IOException {
    this.proxy = proxy;
    for (var file :
        List.of(
            Action.getDescriptor(),
            Valueentity.getDescriptor(),
            Eventsourced.getDescriptor(),
            Crdt.getDescriptor())) {
      describe(file);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void describe(FileDescriptor file) {
    for (var service : file.getServices()) {
      for (var method : service.getMethods()) {
        methods.put(service.getFullName() + "/" + method.getName(), method);
      }
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getRawPath();
    var type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
    var body = exchange.getRequestBody().readAllBytes();
    var answer = type.startsWith("application/grpc-web") ? web(path, type, body) : json(path, body);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    if (answer.body().isEmpty()) {
      exchange.sendResponseHeaders(answer.status(), -1); // none
    } else {
      exchange.sendResponseHeaders(answer.status(), answer.body().size());
      answer.body().writeTo(exchange.getResponseBody());
    }
    exchange.close();
  }

  private Answer json(String path, byte[] body) {
    var found = find(path);
    if (found == null) {
      return Answer.text(proxy.has(Fault.PATHS_THAT_ARE_NONE_ARE_SERVED) ? 200 : 404, "");
    }
    DynamicMessage request;
    try {
      request = request(found, new String(body, StandardCharsets.UTF_8));
    } catch (InvalidProtocolBufferException e) {
      return Answer.text(proxy.has(Fault.MALFORMED_JSON_IS_500) ? 500 : 400, "no JSON");
    }
    var outcome = call(found.method(), request.toByteString());
    if (!outcome.status().isOk()) {
      return Answer.text(
          proxy.has(Fault.HTTP_FAILURES_ARE_OK) ? 200 : 500,
          proxy.has(Fault.HTTP_FAILURES_WITHOUT_TEXT)
              ? "failed"
              : String.valueOf(outcome.status().getDescription()));
    }
    return new Answer(200, "application/json", printed(found.method(), outcome.reply()));
  }

  private @Nullable Found find(String path) {
    for (var own : OWN_PATHS.entrySet()) {
      if (path.equals(own.getKey())) {
        return new Found(known(own.getValue()), "");
      }
      if (own.getKey().endsWith("/") && path.startsWith(own.getKey())) {
        return new Found(known(own.getValue()), path.substring(own.getKey().length()));
      }
    }
    var name = path.substring(1);
    var method = methods.get(name);
    var hasOwn = OWN_PATHS.containsValue(name) && !proxy.has(Fault.DEFAULT_PATHS_FOR_ALL);
    return method == null || hasOwn ? null : new Found(method, "");
  }

  private MethodDescriptor known(String path) {
    return Objects.requireNonNull(methods.get(path), path);
  }

  private DynamicMessage request(Found found, String json) throws InvalidProtocolBufferException {
    var request = DynamicMessage.newBuilder(found.method().getInputType());
    JsonFormat.parser()
        .merge(proxy.has(Fault.ASCII_ALONE) ? json.replaceAll("[^ -~]", "?") : json, request);
    if (!found.id().isEmpty() && !proxy.has(Fault.IDS_IN_PATHS_IGNORED)) {
      request.setField(
          found.method().getInputType().findFieldByName("id"),
          proxy.has(Fault.IDS_IN_PATHS_NOT_DECODED)
              ? found.id()
              : URLDecoder.decode(found.id(), StandardCharsets.UTF_8));
    }
    return request.build();
  }

  private ByteString printed(MethodDescriptor method, ByteString reply) {
    var printer = JsonFormat.printer().omittingInsignificantWhitespace();
    if (!proxy.has(Fault.JSON_WITHOUT_DEFAULTS)) {
      printer = printer.includingDefaultValueFields();
    }
    try {
      return ByteString.copyFromUtf8(
          printer.print(DynamicMessage.parseFrom(method.getOutputType(), reply)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer web(String path, String type, byte[] body) {
    var isText = type.contains("-text");
    var request = isText ? Base64.getDecoder().decode(body) : body;
    var outcome =
        call(known(path.substring(1)), ByteString.copyFrom(request, HEAD, request.length - HEAD));
    var status = outcome.status();
    var code = proxy.has(Fault.WEB_FAILURES_ARE_OK) ? 0 : status.getCode().value();
    var trailers = "grpc-status:" + code + "\r\n";
    if (!status.isOk()) {
      trailers += "grpc-message:" + status.getDescription() + "\r\n";
    }
    var message = status.isOk() ? frame(0, outcome.reply().toByteArray()) : new byte[0];
    var end =
        proxy.has(Fault.WEB_WITHOUT_TRAILERS)
            ? new byte[0]
            : frame(0x80, trailers.getBytes(StandardCharsets.US_ASCII));
    var answer = ByteBuffer.allocate(message.length + end.length).put(message).put(end).array();
    var isEncoded = isText && !proxy.has(Fault.WEB_TEXT_NOT_ENCODED);
    var sent = isEncoded ? Base64.getEncoder().encode(answer) : answer;
    return new Answer(200, type, ByteString.copyFrom(sent));
  }

  private static byte[] frame(int flags, byte[] content) {
    return ByteBuffer.allocate(HEAD + content.length)
        .put((byte) flags)
        .putInt(content.length)
        .put(content)
        .array();
  }

  private Outcome call(MethodDescriptor method, ByteString request) {
    var ended = new CompletableFuture<Outcome>();
    var caller =
        new FakeProxy.Caller() {
          private ByteString reply = ByteString.EMPTY;

          @Override
          public void reply(ByteString message, Metadata metadata) {
            reply = message;
          }

          @Override
          public void end(Status status) {
            ended.complete(new Outcome(reply, status));
          }
        };
    proxy.loop.execute(
        () ->
            proxy.route(
                method.getService().getFullName(),
                method.getName(),
                request,
                Metadata.getDefaultInstance(),
                caller,
                null));
    try {
      return ended.get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return new Outcome(ByteString.EMPTY, Status.DEADLINE_EXCEEDED.withDescription("late"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(ByteString.EMPTY, Status.CANCELLED.withDescription("interrupted"));
    }
  }
}
