package io.cloudstate.bench.load;

import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.bench.wire.CounterMethods;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks again and again until a counter answers for the first time. */
public final class FirstReply {

  private static final long PAUSE_MILLIS = 5;
  private static final byte[] COMMAND = CounterMessages.command("first", 1);

  private FirstReply() {}

  /** Waits for an answer; throws when there is none in time. */
  public static void await(int port, long timeoutMillis) throws InterruptedException {
    var deadline = System.nanoTime() + Duration.ofMillis(timeoutMillis).toNanos();
    awaitListener(port, deadline);
    while (!answers(port)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "port " + port + " listens, but answers no call (waited " + timeoutMillis + " ms)");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** gRPC would wait a second before it connects again, so it is not used for this. */
  private static void awaitListener(int port, long deadline) throws InterruptedException {
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("nobody listens on port " + port, e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static boolean answers(int port) {
    var channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .build();
    try {
      var options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
      var ignored =
          ClientCalls.blockingUnaryCall(channel, CounterMethods.INCREMENT, options, COMMAND);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }
}
