package io.cloudstate.samples.shoppingcart;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Starts the function: a gRPC server the proxy calls. Listens on {@code HOST} (default 0.0.0.0) and
 * {@code PORT} (8080); proposes a snapshot every {@code SNAPSHOT_EVERY} (100) events.
 */
public final class Main {

  /** How long open streams may go on after TERM: the proxy may still be draining. */
  private static final long GRACE_SECONDS = 10;

  public static void main(String[] args) throws InterruptedException {
    try {
      var host = System.getenv().getOrDefault("HOST", "0.0.0.0");
      var port = number("PORT", 8080, 65_535);
      var snapshotEveryEvents = number("SNAPSHOT_EVERY", 100, Integer.MAX_VALUE);
      var server = start(new InetSocketAddress(host, port), snapshotEveryEvents);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
      System.out.println("shopping cart function listens on " + host + ":" + port);
      server.awaitTermination();
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("shopping cart function cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  private static Server start(InetSocketAddress address, int snapshotEveryEvents)
      throws IOException {
    return NettyServerBuilder.forAddress(address)
        .addService(new Discovery())
        .addService(new EventSourcedService(snapshotEveryEvents))
        .build()
        .start();
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

  private static int number(String variable, int otherwise, int max) {
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

  private Main() {}
}
