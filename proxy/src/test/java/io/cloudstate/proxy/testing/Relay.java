package io.cloudstate.proxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes TCP connections on to another port of this machine, as long as it is not cut; at once
 * unless it is slow.
 */
public final class Relay implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerSocket server;
  private volatile int target;
  private volatile Duration delay = Duration.ZERO;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isCut;

  private Relay(InetAddress address, int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, address);
    daemon("relay", this::acceptAll);
  }

  public static Relay to(int target) {
    return to(target, InetAddress.getLoopbackAddress());
  }

  /** A relay that listens on this address. */
  public static Relay to(int target, InetAddress address) {
    try {
      return new Relay(address, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Breaks all connections, and from now on each new one at once. */
  public void cut() {
    isCut = true;
    open.forEach(Relay::closeQuietly);
  }

  /** New connections go to this port; those that are open stay where they are. */
  public void pointTo(int port) {
    target = port;
  }

  /** From now on everything takes so much longer, each way. */
  public void delayBy(Duration time) {
    delay = time;
  }

  public void heal() {
    isCut = false;
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        accept(server.accept());
      } catch (IOException e) {
        // the next one, if it was not the relay that was closed
      }
    }
  }

  private void accept(Socket from) throws IOException {
    if (isCut) {
      from.close();
      return;
    }
    open.add(from);
    try {
      var to = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(to);
      daemon("relay-up", () -> copy(from, to));
      daemon("relay-down", () -> copy(to, from));
    } catch (IOException e) {
      end(from);
    }
    if (isCut) {
      cut();
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      var buffer = new byte[BUFFER_BYTES];
      for (var read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        Thread.sleep(delay.toMillis());
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException e) {
      // either side has gone, and so does the other
    }
    end(from);
    end(to);
  }

  private void end(Socket socket) {
    open.remove(socket);
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone, then
    }
  }

  private static void daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    cut();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
