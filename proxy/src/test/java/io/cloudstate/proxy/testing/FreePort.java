package io.cloudstate.proxy.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports nobody listens on. */
public final class FreePort {

  // Below those that systems give to outgoing connections: it stays free while its owner restarts.
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  private FreePort() {}

  public static int find() {
    while (true) {
      var port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      if (isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
