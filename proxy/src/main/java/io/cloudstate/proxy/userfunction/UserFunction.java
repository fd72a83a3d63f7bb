package io.cloudstate.proxy.userfunction;

import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.config.ProxySettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The link to the user function: plain text HTTP/2 with prior knowledge, over as many connections
 * as the open streams need. The first connection also carries discovery and error reports, and is
 * the one that is watched. All methods may be called from any thread and return at once.
 *
 * <p>Implements spec/discovery.md 1 (step 2).
 */
@ThreadSafe
public final class UserFunction implements AutoCloseable {

  /** Functions limit concurrent streams per connection, commonly to 100 or 256. */
  private static final int MAX_STREAMS_PER_CONNECTION = 100;

  private static final long IDLE_FOR_EVER_DAYS = 365;

  private final ProxySettings.UserFunction settings;
  private final Connection first;
  private final List<Connection> connections = new ArrayList<>(); // guarded by itself

  public UserFunction(ProxySettings.UserFunction settings) {
    this.settings = settings;
    this.first = new Connection(connect());
    connections.add(first);
  }

  /** For single calls: discovery, error reports. */
  public Channel channel() {
    return first.channel;
  }

  /** Host and port, for logs and messages. */
  public String address() {
    return settings.host() + ":" + settings.port();
  }

  /**
   * Opens a stream. It may end at once, if the function cannot be reached. The function may send
   * one message before {@link FunctionStream#allow} is called.
   */
  public <I, O> FunctionStream<I> open(MethodDescriptor<I, O> method, StreamListener<O> listener) {
    var connection = lease();
    var call = connection.channel.newCall(method, CallOptions.DEFAULT);
    call.start(new CallListener<>(listener, () -> release(connection)), new Metadata());
    call.request(1);
    return new FunctionStream<>(call);
  }

  /**
   * Calls back whenever the watched connection changes, until {@link #close}; first with its state
   * now. Keeps the connection open: tries to connect again whenever it is lost.
   */
  public void watch(ConnectionListener listener) {
    observe(listener, false);
  }

  /** Tries to connect now, instead of when the transport's own back-off is over. */
  public void reconnect() {
    first.channel.resetConnectBackoff();
  }

  @Override
  public void close() {
    synchronized (connections) {
      connections.forEach(connection -> connection.channel.shutdownNow());
    }
  }

  private void observe(ConnectionListener listener, boolean wasConnected) {
    var state = first.channel.getState(true);
    if (state == ConnectivityState.SHUTDOWN) {
      return;
    }
    var isConnected = state == ConnectivityState.READY;
    if (isConnected && !wasConnected) {
      listener.onConnected();
    } else if (!isConnected && wasConnected) {
      listener.onLost();
    }
    first.channel.notifyWhenStateChanged(state, () -> observe(listener, isConnected));
  }

  private Connection lease() {
    synchronized (connections) {
      for (var connection : connections) {
        if (connection.streams < MAX_STREAMS_PER_CONNECTION) {
          connection.streams++;
          return connection;
        }
      }
      var connection = new Connection(connect());
      connection.streams = 1;
      connections.add(connection);
      return connection;
    }
  }

  private void release(Connection connection) {
    synchronized (connections) {
      connection.streams--;
      if (connection.streams == 0 && connection != first) {
        connections.remove(connection);
        connection.channel.shutdown();
      }
    }
  }

  private ManagedChannel connect() {
    return NettyChannelBuilder.forAddress(settings.host(), settings.port())
        .usePlaintext()
        .directExecutor() // listeners only parse and tell: no hop to another thread
        .disableRetry()
        .maxInboundMessageSize(settings.maxInboundMessageBytes())
        .idleTimeout(IDLE_FOR_EVER_DAYS, TimeUnit.DAYS)
        .build();
  }

  private static final class Connection {
    private final ManagedChannel channel;
    private int streams; // guarded by connections

    Connection(ManagedChannel channel) {
      this.channel = channel;
    }
  }

  /** Hears of the watched connection; called on a transport thread, in order. */
  public interface ConnectionListener {
    void onConnected();

    void onLost();
  }

  private static final class CallListener<O> extends ClientCall.Listener<O> {
    private final StreamListener<O> listener;
    private final Runnable release;

    CallListener(StreamListener<O> listener, Runnable release) {
      this.listener = listener;
      this.release = release;
    }

    @Override
    public void onMessage(O message) {
      listener.onMessage(message);
    }

    @Override
    public void onReady() {
      listener.onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      release.run();
      listener.onEnd(StreamEnd.of(status));
    }
  }
}
