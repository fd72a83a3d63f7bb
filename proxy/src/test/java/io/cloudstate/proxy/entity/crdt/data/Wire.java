package io.cloudstate.proxy.entity.crdt.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a node's port, counts what others send to it, and can be cut. */
final class Wire implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isCut;

  private Wire(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static Wire to(int port) {
    try {
      var wire = new Wire(port);
      start("wire", wire::accept);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  long bytes() {
    return bytes.get();
  }

  void cut() {
    isCut = true;
    open.forEach(Wire::close);
  }

  void heal() {
    isCut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var from = server.accept();
        if (isCut) {
          close(from);
        } else {
          connect(from);
        }
      } catch (IOException closed) {
        // the node is not there yet, or the test is over
      }
    }
  }

  private void connect(Socket from) throws IOException {
    open.add(from);
    try {
      var to = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(to);
      start("wire-in", () -> copy(from, to, bytes));
      start("wire-out", () -> copy(to, from, new AtomicLong()));
    } catch (IOException refused) {
      close(from);
    }
  }

  private void copy(Socket from, Socket to, AtomicLong counter) {
    var buffer = new byte[64 * 1024];
    try (from;
        to) {
      for (var n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        counter.addAndGet(n);
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException cut) {
      // both ends see it
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void start(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // it is
    }
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
