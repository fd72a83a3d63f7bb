package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The server. {@link #client()} talks to it; {@link #requests()} tells what was asked; {@link
 * #fail}, {@link #hold}, {@link #dropWatches} and {@link #expireWatches} are what goes wrong.
 */
public final class ApiServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final long WATCH_POLL_MILLIS = 200;

  private record Fault(
      Predicate<Request> on, AtomicInteger left, int code, String reason, String message) {}

  private final Objects objects = new Objects();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private final AtomicLong watchEpoch = new AtomicLong();
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicLong bookmarks = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile boolean isClosed;

  private ApiServer(HttpServer server) {
    this.server = server;
  }

  public static ApiServer start() {
    try {
      var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      var api = new ApiServer(http);
      http.setExecutor(api.threads);
      http.createContext("/", api::handle);
      http.start();
      return api;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** A client that does not retry by itself; the caller closes it. */
  public KubernetesClient client() {
    var config =
        new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
            .withMasterUrl(url())
            .withNamespace("default")
            .withOnlyHttpWatches(true)
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(20)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** All requests so far, in their order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The requests so far that change something, those that failed too. */
  public List<Request> writes() {
    return requests.stream().filter(Request::isWrite).toList();
  }

  /** How many watches are open. */
  public int watches() {
    return watches.get();
  }

  /** The next so many requests like these are answered with a failure and change nothing. */
  public void fail(Predicate<Request> on, int times, int code, String reason, String message) {
    faults.add(new Fault(on, new AtomicInteger(times), code, reason, message));
  }

  public void failNoMore() {
    faults.clear();
  }

  /** Requests that are held until they are let go, and then carried out. */
  public final class Hold {
    private final Predicate<Request> on;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    private Hold(Predicate<Request> on) {
      this.on = on;
    }

    /** Opens when the first one has come. */
    public CountDownLatch reached() {
      return reached;
    }

    public int held() {
      return held.get();
    }

    public void letGo() {
      holds.remove(this);
      letGo.countDown();
    }
  }

  public Hold hold(Predicate<Request> on) {
    var hold = new Hold(on);
    holds.add(hold);
    return hold;
  }

  /** Ends all watches, as a server does that restarts; they may be opened again. */
  public void dropWatches() {
    watchEpoch.incrementAndGet();
    synchronized (objects) {
      objects.notifyAll();
    }
  }

  /** All watches and versions so far are told to be too old, 410. */
  public void expireWatches() {
    objects.compact();
  }

  /** Sends the current version to all watches. */
  public void sendBookmarks() {
    bookmarks.incrementAndGet();
    synchronized (objects) {
      objects.notifyAll();
    }
  }

  /** The version of what was stored last. */
  public long version() {
    return objects.version();
  }

  @Override
  public void close() {
    isClosed = true;
    List.copyOf(holds).forEach(Hold::letGo);
    dropWatches();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var query = query(exchange.getRequestURI().getRawQuery());
      var method = Boolean.parseBoolean(query.get("watch")) ? "WATCH" : exchange.getRequestMethod();
      var request = new Request(method, exchange.getRequestURI().getPath(), query);
      requests.add(request);
      try {
        holdUp(request);
        failOn(request);
        answer(exchange, request);
      } catch (ApiError e) {
        send(exchange, e.code(), e.status());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void holdUp(Request request) throws InterruptedException {
    for (var hold : holds) {
      if (hold.on.test(request)) {
        hold.held.incrementAndGet();
        hold.reached.countDown();
        hold.letGo.await();
      }
    }
  }

  private void failOn(Request request) {
    for (var fault : faults) {
      if (fault.on().test(request) && fault.left().getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new ApiError(fault.code(), fault.reason(), fault.message());
      }
    }
  }

  private void answer(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    if (request.path().equals("/version")) {
      send(
          exchange,
          200,
          JSON.createObjectNode()
              .put("major", "1")
              .put("minor", "34")
              .put("gitVersion", "v1.34.0"));
      return;
    }
    var discovered = ResourceType.discover(request.path());
    if (discovered.isPresent()) {
      send(exchange, 200, discovered.get());
      return;
    }
    var target = Target.of(request.path());
    if (request.isWatch()) {
      watch(exchange, request, target);
      return;
    }
    var body = exchange.getRequestBody().readAllBytes();
    var contentType =
        String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")).split(";", 2)[0];
    var agent = exchange.getRequestHeaders().getFirst("User-Agent");
    var result =
        new Operation(objects, request, target, contentType, body, managerOf(agent)).result();
    send(exchange, request.method().equals("POST") ? 201 : 200, result);
  }

  private static String managerOf(@Nullable String agent) {
    return agent == null ? "unknown" : agent.split("/", 2)[0];
  }

  private void watch(HttpExchange exchange, Request request, Target target)
      throws IOException, InterruptedException {
    if (request.query().containsKey("sendInitialEvents")) {
      throw ApiError.invalid("sendInitialEvents is forbidden for watch unless the feature is on");
    }
    var watch = new Watch(objects, request, target);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    watches.incrementAndGet();
    try (var out = exchange.getResponseBody()) {
      tell(watch, out);
    } finally {
      watches.decrementAndGet();
    }
  }

  private void tell(Watch watch, OutputStream out) throws IOException, InterruptedException {
    var epoch = watchEpoch.get();
    var bookmarked = bookmarks.get();
    try {
      for (var event : watch.initial()) {
        write(out, event);
      }
      out.flush();
      while (!isClosed && watchEpoch.get() == epoch) {
        for (var event : watch.next(WATCH_POLL_MILLIS)) {
          write(out, event);
        }
        if (bookmarks.get() != bookmarked) {
          bookmarked = bookmarks.get();
          write(out, watch.bookmark());
        }
      }
    } catch (ApiError e) {
      write(out, JSON.createObjectNode().put("type", "ERROR").set("object", e.status()));
    }
  }

  private static void write(OutputStream out, JsonNode event) throws IOException {
    out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, String> query(@Nullable String raw) {
    var query = new HashMap<String, String>();
    if (raw != null) {
      for (var pair : raw.split("&", -1)) {
        var parts = pair.split("=", 2);
        query.put(
            URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
            parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  static ObjectNode parse(byte[] body) {
    try {
      // YAML is what apply sends, and JSON is YAML
      return body.length == 0 ? JSON.createObjectNode() : (ObjectNode) tree(body);
    } catch (IOException e) {
      throw new ApiError(400, "BadRequest", String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode tree(byte[] body) throws IOException {
    return body[0] == '{' ? JSON.readTree(body) : YAML.readTree(body);
  }

  static ObjectNode patched(ObjectNode object, byte[] patch) {
    try {
      return (ObjectNode) JsonPatch.apply(JSON.readTree(patch), object);
    } catch (JsonProcessingException e) {
      throw new ApiError(400, "BadRequest", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
