package io.cloudstate.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * Makes servers with limits: {@value #THREADS} requests at a time, {@value #WAITING} more that
 * wait, {@value #CONNECTIONS} connections, ten seconds for a request to come in and thirty for its
 * answer to go out.
 */
public final class Servers {

  private static final int THREADS = 8;
  private static final int WAITING = 256;
  private static final int CONNECTIONS = 512;

  /** Read by the server's classes when they are loaded, so it is too late afterwards. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "sun.net.httpserver.idleInterval", "60",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.nodelay", "true",
          "jdk.httpserver.maxConnections", String.valueOf(CONNECTIONS));

  static {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  private Servers() {}

  /** A server that is not started, and whose executor ends with {@link #stop}. */
  public static HttpServer plain(int port, String name) throws IOException {
    return limited(bound(HttpServer.create(), port, name), name);
  }

  /** The same by TLS. */
  public static HttpsServer secure(int port, String name, SSLContext context) throws IOException {
    var server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return limited(bound(server, port, name), name);
  }

  private static <T extends HttpServer> T bound(T server, int port, String name)
      throws IOException {
    try {
      server.bind(new InetSocketAddress(port), 0);
      return server;
    } catch (BindException e) {
      throw new BindException(
          "port %d of %s: %s (expected: a port that is free)"
              .formatted(port, name, e.getMessage()));
    }
  }

  private static <T extends HttpServer> T limited(T server, String name) {
    var executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING),
            daemons(name));
    executor.allowCoreThreadTimeOut(true);
    server.setExecutor(executor);
    return server;
  }

  private static ThreadFactory daemons(String name) {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Takes no more requests, and ends when what runs has ended or that time is up. */
  public static void stop(HttpServer server, int seconds) {
    // the server's own way to wait takes the whole time, whatever runs
    if (server.getExecutor() instanceof ThreadPoolExecutor executor) {
      executor.shutdown();
      try {
        var unused = executor.awaitTermination(seconds, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      executor.shutdownNow();
    }
    server.stop(0);
  }

  /** Answers, and closes the exchange. */
  public static void answer(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", contentType);
      var isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
      if (!isHead) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  public static void answer(HttpExchange exchange, int status, String text) throws IOException {
    answer(
        exchange,
        status,
        "text/plain; charset=utf-8",
        (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
