package io.cloudstate.proxy.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves metrics to those who collect them: {@code GET /metrics}, and {@code GET /} as the
 * reference does.
 *
 * <p>Implements spec/telemetry.md 3.
 */
final class MetricsServer implements AutoCloseable {

  private static final int THREADS = 2;
  private static final int MAX_WAITING = 50;

  private final HttpServer server;
  private final ExecutorService threads;

  private MetricsServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Serves from now on.
   *
   * @throws IOException when the port cannot be had
   */
  static MetricsServer start(String host, int port, PrometheusRegistry registry)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(host, port), MAX_WAITING);
    var threads = threads();
    server.setExecutor(threads);
    server.createContext("/", new Paths(new MetricsHandler(registry)));
    server.start();
    return new MetricsServer(server, threads);
  }

  private static ExecutorService threads() {
    var count = new AtomicInteger();
    var threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> {
              var thread = new Thread(task, "metrics-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  /** Two paths and nothing below them, to be read only. */
  private record Paths(HttpHandler metrics) implements HttpHandler {

    @Override
    public void handle(HttpExchange exchange) throws IOException {
      var path = exchange.getRequestURI().getPath();
      if (!path.equals("/") && !path.equals("/metrics")) {
        answer(exchange, 404);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        answer(exchange, 405);
      } else {
        metrics.handle(exchange);
      }
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
      try (exchange) {
        exchange.sendResponseHeaders(status, -1);
      }
    }
  }
}
