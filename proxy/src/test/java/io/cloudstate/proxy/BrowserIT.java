package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.ActionModel.metadata;
import static io.cloudstate.proxy.testing.ActionModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.proxy.testing.ActionModel;
import io.cloudstate.proxy.testing.Browser;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.JavaSupportProcess;
import io.cloudstate.proxy.testing.TestProxy;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page in a real browser calls functions with the published client of gRPC-Web. */
class BrowserIT {

  private static final Map<String, String> TYPES =
      Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8");

  /** How many unary calls the page makes in each of two formats, and how many streamed ones. */
  private static final int CALLS = 6;

  private static final int STREAMS = 2;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CompletableFuture<List<String>> seen = new CompletableFuture<>();
  private HttpServer site;
  private Path packages;

  @BeforeEach
  void serveThePage() throws Exception {
    packages = Browser.packages();
    site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.createContext("/", this::answer);
    site.start();
    open.push(() -> site.stop(0));
  }

  @AfterEach
  void close() throws Exception {
    for (var resource : open) {
      resource.close();
    }
  }

  @Test
  void aPageOfAnAllowedSiteCalls() throws Exception {
    // When
    var lines = see(Map.of("cors.allowed-origins", origin()));
    // Then
    var calls =
        List.of(
            "{}",
            "{}",
            "{\"items\":[{\"product_id\":\"a\",\"name\":\"Äpfel\",\"quantity\":3}]}",
            "UNKNOWN: Cannot add 0 of item b.",
            "UNIMPLEMENTED: unknown method: /com.example.shoppingcart.ShoppingCart/NoSuch",
            "INVALID_ARGUMENT: Request of com.example.shoppingcart.ShoppingCart.GetCart has an"
                + " empty entity key (expected: a value in user_id)");
    var expected = new ArrayList<String>();
    expected.add("text");
    expected.addAll(calls);
    expected.add("binary");
    expected.addAll(calls);
    expected.addAll(List.of("one", "two", "x-text is of the reply", "end"));
    expected.addAll(List.of("one", "PERMISSION_DENIED: not you"));
    assertThat(lines).containsExactlyElementsOf(expected);
  }

  @Test
  void thePageOfAnotherSiteIsKeptOutByTheBrowser() throws Exception {
    // When
    var lines = see(Map.of("cors.allowed-origins", "https://elsewhere.example.com"));
    // Then
    assertThat(lines)
        .hasSizeGreaterThanOrEqualTo(2 + 2 * CALLS + STREAMS)
        .noneMatch(line -> line.startsWith("{") || line.equals("one"));
  }

  private List<String> see(Map<String, String> settings) throws Exception {
    var carts = proxy(start(JavaSupportProcess.start(directory)).port(), settings);
    var function = start(FakeUserFunction.start(ActionModel.spec()));
    answerStreams(function);
    var actions = proxy(function.port(), settings);
    var page = "%s/page.html?carts=%s&actions=%s".formatted(origin(), carts, actions);
    start(Browser.open(page, directory));
    try {
      return seen.get(2, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new AssertionError(Files.readString(directory.resolve("browser.log")), e);
    }
  }

  private static void answerStreams(FakeUserFunction function) {
    var text =
        metadata(
            MetadataEntry.newBuilder().setKey("x-text").setStringValue("of the reply").build());
    var calls = new ArrayDeque<Integer>(List.of(1, 2));
    function.actionsDo(
        call -> {
          call.send(reply("one", text));
          if (calls.pop() == 1) {
            call.answer(reply("two"));
          } else {
            call.fail(Status.PERMISSION_DENIED.withDescription("not you"));
          }
        });
  }

  /** Starts a proxy, and tells where it is. */
  private String proxy(int functionPort, Map<String, String> settings) {
    return "http://127.0.0.1:" + start(TestProxy.start(functionPort, settings)).port();
  }

  private <T extends AutoCloseable> T start(T resource) {
    open.push(resource);
    return resource;
  }

  private String origin() {
    return "http://127.0.0.1:" + site.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      if (path.equals("/seen")) {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        seen.complete(strings(body));
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      var npm = "/npm/";
      var file =
          path.startsWith(npm)
              ? packages.resolve(path.substring(npm.length()))
              : Browser.pages().resolve(path.substring(1));
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      var ending = path.substring(path.lastIndexOf('.') + 1);
      exchange.getResponseHeaders().add("content-type", TYPES.getOrDefault(ending, "text/plain"));
      exchange.sendResponseHeaders(200, 0);
      Files.copy(file, exchange.getResponseBody());
    }
  }

  private static List<String> strings(String json) {
    return JsonParser.parseString(json).getAsJsonArray().asList().stream()
        .map(element -> element.getAsString())
        .toList();
  }
}
