package io.cloudstate.samples.kit;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The gRPC server that is a user function: the proxy calls it, never the other way round. */
public final class FunctionServer {

  /** How long open streams may go on after TERM: the proxy may still be draining. */
  private static final long GRACE_SECONDS = 10;

  /**
   * Serves until TERM, on {@code HOST} (default 0.0.0.0) and {@code PORT} (8080). Ends the process
   * with 1 if it cannot start.
   *
   * @param services made when the server starts; may throw what {@link #number} throws
   */
  public static void run(String name, Supplier<List<BindableService>> services)
      throws InterruptedException {
    try {
      var host = System.getenv().getOrDefault("HOST", "0.0.0.0");
      var port = number("PORT", 8080, 65_535);
      var server = start(new InetSocketAddress(host, port), services.get());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
      System.out.println(name + " listens on " + host + ":" + port);
      server.awaitTermination();
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(name + " cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * The number that an environment variable holds.
   *
   * @throws IllegalArgumentException if it is none from 1 to {@code max}
   */
  public static int number(String variable, int otherwise, int max) {
    var text = System.getenv().getOrDefault(variable, Integer.toString(otherwise));
    try {
      var number = Integer.parseInt(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new IllegalArgumentException(
        variable + ": " + text + " (expected: a number from 1 to " + max + ")");
  }

  private static Server start(InetSocketAddress address, List<BindableService> services)
      throws IOException {
    var server = NettyServerBuilder.forAddress(address);
    services.forEach(server::addService);
    return server.build().start();
  }

  private static void stop(Server server) {
    server.shutdown();
    try {
      if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
    }
  }

  private FunctionServer() {}
}
