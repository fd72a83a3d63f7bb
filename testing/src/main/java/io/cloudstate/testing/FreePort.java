package io.cloudstate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ports for servers that have to know theirs before they listen, or come back at the same one. They
 * lie below those that systems give to outgoing connections, and each process has a block of them
 * for itself: between finding one and listening there, nobody else takes it.
 */
public final class FreePort {

  private static final int FIRST = 20_000;
  private static final int BLOCKS = 100;
  private static final int BLOCK = 100;

  // Who listens at the first port of a block has the others.
  private static final ServerSocket LEASE = lease();

  private static int last;

  private FreePort() {}

  /** One where nobody listens, and that is not given again before all others of this process. */
  public static synchronized int find() {
    for (var tried = 1; tried < BLOCK; tried++) {
      last = last % (BLOCK - 1) + 1;
      var port = LEASE.getLocalPort() + last;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "all ports of " + LEASE.getLocalPort() + " to +" + (BLOCK - 1) + " are in use");
  }

  private static ServerSocket lease() {
    var begin = ThreadLocalRandom.current().nextInt(BLOCKS);
    for (var i = 0; i < BLOCKS; i++) {
      var lease = listenAt(FIRST + (begin + i) % BLOCKS * BLOCK);
      if (lease != null) {
        return lease;
      }
    }
    throw new IllegalStateException("other processes have all blocks of ports");
  }

  private static boolean isFree(int port) {
    try (var socket = listenAt(port)) {
      return socket != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of closing it
    }
  }

  /** Nothing if somebody else is there. */
  private static @Nullable ServerSocket listenAt(int port) {
    try {
      return new ServerSocket(port);
    } catch (IOException e) {
      return null;
    }
  }
}
