package io.cloudstate.operator.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.cloudstate.operator.http.Servers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Serves {@code /started}, {@code /alive}, {@code /ready} and {@code /metrics}. */
public final class ManagementServer implements AutoCloseable {

  private final HttpServer server;

  private ManagementServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves until it is closed.
   *
   * @param probes by name, such as {@code ready}
   * @throws IOException if the port cannot be had
   */
  public static ManagementServer start(int port, Map<String, Health> probes, Metrics metrics)
      throws IOException {
    var server = Servers.plain(port, "management");
    probes.forEach(
        (name, health) ->
            server.createContext(
                "/" + name, onGet("/" + name, exchange -> probe(exchange, health))));
    server.createContext(
        "/metrics",
        onGet(
            "/metrics",
            exchange ->
                Servers.answer(
                    exchange,
                    200,
                    Metrics.CONTENT_TYPE,
                    metrics.text().getBytes(StandardCharsets.UTF_8))));
    server.createContext("/", exchange -> Servers.answer(exchange, 404, "nothing is here"));
    server.start();
    return new ManagementServer(server);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static HttpHandler onGet(String path, HttpHandler handler) {
    return exchange -> {
      var method = exchange.getRequestMethod();
      if (!exchange.getRequestURI().getPath().equals(path)) {
        Servers.answer(exchange, 404, "nothing is here");
      } else if (method.equals("GET") || method.equals("HEAD")) {
        handler.handle(exchange);
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        Servers.answer(exchange, 405, method + " (expected: GET)");
      }
    };
  }

  private static void probe(HttpExchange exchange, Health health) throws IOException {
    var problems = health.problems();
    Servers.answer(
        exchange,
        problems.isEmpty() ? 200 : 503,
        problems.isEmpty() ? "OK" : String.join("\n", problems));
  }

  @Override
  public void close() {
    Servers.stop(server, 0);
  }
}
