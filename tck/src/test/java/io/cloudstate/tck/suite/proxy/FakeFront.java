package io.cloudstate.tck.suite.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One port for HTTP/1.1 and HTTP/2: the start of a connection says which server gets it. */
final class FakeFront implements AutoCloseable {

  /** How HTTP/2 begins; no method that is used here does. */
  private static final byte[] PREFACE = {'P', 'R'};

  private final ServerSocket listening;
  private final int http1;
  private final int http2;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  FakeFront(int port, int http1, int http2) throws IOException {
    this.listening = new ServerSocket(port);
    this.http1 = http1;
    this.http2 = http2;
    inBackground(this::accept);
  }

  private void accept() throws IOException {
    while (true) {
      var client = listening.accept();
      sockets.add(client);
      inBackground(() -> connect(client));
    }
  }

  private void connect(Socket client) throws IOException {
    var start = client.getInputStream().readNBytes(PREFACE.length);
    if (start.length < PREFACE.length) {
      client.close();
      return;
    }
    var port = Arrays.equals(start, PREFACE) ? http2 : http1;
    var server = new Socket(InetAddress.getLoopbackAddress(), port);
    sockets.add(server);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    server.getOutputStream().write(start);
    inBackground(() -> pass(server.getInputStream(), client.getOutputStream(), server, client));
    pass(client.getInputStream(), server.getOutputStream(), client, server);
  }

  private void pass(InputStream in, OutputStream out, Socket from, Socket to) throws IOException {
    try {
      in.transferTo(out);
    } finally {
      from.close();
      to.close();
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void inBackground(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one of the two is gone, and so is the other
              }
            },
            "fake-front");
    thread.setDaemon(true);
    thread.start();
  }
}
