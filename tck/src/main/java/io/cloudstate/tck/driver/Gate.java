package io.cloudstate.tck.driver;

import akka.actor.ActorSystem;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Tcp;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The port at which a server is to be found, apart from the server itself: connections can be
 * broken while the port stays open, as if the server had been started anew in no time.
 */
final class Gate {

  private final ActorSystem system;
  private final String host;
  private final int port;
  private final InetSocketAddress server;
  private volatile SharedKillSwitch connections = KillSwitches.shared("connections");
  private Tcp.@Nullable ServerBinding binding;

  /**
   * @param server where what comes is passed on to
   */
  Gate(ActorSystem system, String host, int port, InetSocketAddress server) {
    this.system = system;
    this.host = host;
    this.port = port;
    this.server = server;
  }

  int port() {
    return binding == null ? port : binding.localAddress().getPort();
  }

  void open() {
    var bound = Tcp.get(system).bind(host, port).to(Sink.foreach(this::connect)).run(system);
    binding = FunctionServer.await(bound, "listening at " + host + ":" + port);
  }

  private void connect(Tcp.IncomingConnection connection) {
    connection
        .flow()
        .via(connections.flow())
        .join(Tcp.get(system).outgoingConnection(server.getHostString(), server.getPort()))
        .run(system);
  }

  void breakConnections() {
    var broken = connections;
    connections = KillSwitches.shared("connections");
    broken.abort(new IllegalStateException("the function is gone"));
  }

  /** Nobody can connect any more, and who is connected is thrown out. */
  void close() {
    if (binding != null) {
      FunctionServer.await(binding.unbind(), "leaving " + host + ":" + port);
      binding = null;
    }
    breakConnections();
  }
}
