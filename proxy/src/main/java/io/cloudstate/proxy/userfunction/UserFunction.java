package io.cloudstate.proxy.userfunction;

import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to the user function: plain text HTTP/2 with prior knowledge, over as many connections
 * as the open streams need. The first connection also carries discovery and error reports, and is
 * the one that is watched. All methods may be called from any thread and return at once.
 *
 * <p>Implements spec/discovery.md 1 (step 2).
 */
@ThreadSafe
public final class UserFunction implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(UserFunction.class);

  private static final Duration LIMIT_TIMEOUT = Duration.ofSeconds(2);

  private static final long IDLE_FOR_EVER_DAYS = 365;

  private final ProxySettings.UserFunction settings;
  private final LinkMetrics metrics;
  private final Connections connections;
  private final ManagedChannel first;
  private volatile boolean isAway;

  /**
   * Does not connect yet: see {@link #connect}.
   *
   * @param eventLoops do the I/O; they must outlive this
   */
  public UserFunction(ProxySettings.UserFunction settings, EventLoops eventLoops) {
    this(settings, eventLoops, LinkMetrics.NONE);
  }

  /** The same, and tells how it is used. */
  public UserFunction(
      ProxySettings.UserFunction settings, EventLoops eventLoops, LinkMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
    this.connections =
        new Connections(
            eventLoops.all(),
            eventLoops::quietHere,
            loop -> channel(settings, loop, eventLoops),
            metrics);
    this.first = connections.first().channel();
  }

  /** For single calls: discovery, error reports. */
  public Channel channel() {
    return first;
  }

  /** Host and port, for logs and messages. */
  public String address() {
    return settings.host() + ":" + settings.port();
  }

  /** Whether the last try to make the watched connection has failed: the function is away. */
  public boolean isAway() {
    return isAway;
  }

  /** Opens a stream. It may end at once, if the function cannot be reached. */
  public <I, O> FunctionStream<I> open(MethodDescriptor<I, O> method, StreamListener<O> listener) {
    return new FunctionStream<>(start(method, new Metadata(), new CallListener<>(listener)));
  }

  /**
   * Starts a call for those who need to hear the function's own status. Like a stream it takes a
   * place on a connection until it ends; nothing is requested yet.
   */
  public <I, O> ClientCall<I, O> start(
      MethodDescriptor<I, O> method, Metadata headers, ClientCall.Listener<O> listener) {
    var connection = connections.lease();
    var call = connection.channel().newCall(method, CallOptions.DEFAULT);
    var rpc = metrics.rpc(method);
    rpc.started();
    call.start(new Releasing<>(listener, connection, rpc), headers);
    return call;
  }

  /**
   * Calls back whenever the watched connection is made or lost, until {@link #close}. It is made,
   * and made again, when {@link #connect} is called or a stream is opened on it.
   */
  public void watch(ConnectionListener listener) {
    observe(listener, false);
  }

  /** Tries to connect now, instead of when the transport's own back-off is over. */
  public void connect() {
    first.resetConnectBackoff();
    var unused = first.getState(true);
  }

  @Override
  public void close() {
    connections.close();
  }

  private void observe(ConnectionListener listener, boolean wasConnected) {
    var state = first.getState(false);
    if (state == ConnectivityState.SHUTDOWN) {
      return;
    }
    var isConnected = state == ConnectivityState.READY;
    if (isConnected || state == ConnectivityState.TRANSIENT_FAILURE) {
      isAway = !isConnected;
    }
    if (isConnected && !wasConnected) {
      connections.reconnectOthers();
      askForLimit();
      listener.onConnected();
    } else if (!isConnected && wasConnected) {
      listener.onLost();
    }
    first.notifyWhenStateChanged(state, () -> observe(listener, isConnected));
  }

  /** Streams beyond the function's own limit would wait, and nobody would know why. */
  private void askForLimit() {
    var thread =
        new Thread(
            () -> {
              try {
                connections.limit(StreamLimit.ask(settings.host(), settings.port(), LIMIT_TIMEOUT));
              } catch (IOException e) {
                log.debug("the user function's limit of streams is not known", e);
              }
            },
            "user-function-limit");
    thread.setDaemon(true);
    thread.start();
  }

  private static ManagedChannel channel(
      ProxySettings.UserFunction settings, EventLoop loop, EventLoops eventLoops) {
    return NettyChannelBuilder.forAddress(settings.host(), settings.port())
        .usePlaintext()
        .eventLoopGroup(loop)
        .channelType(eventLoops.channelType())
        .directExecutor() // listeners only parse and tell: no hop to another thread
        .disableRetry()
        .maxInboundMessageSize(settings.maxInboundMessageBytes())
        .idleTimeout(IDLE_FOR_EVER_DAYS, TimeUnit.DAYS)
        .build();
  }

  /** Hears of the watched connection; called on a transport thread, in order. */
  public interface ConnectionListener {
    void onConnected();

    void onLost();
  }

  private static final class CallListener<O> extends ClientCall.Listener<O> {
    private final StreamListener<O> listener;
    private boolean wasOpen; // callbacks come one at a time

    CallListener(StreamListener<O> listener) {
      this.listener = listener;
    }

    @Override
    public void onMessage(O message) {
      wasOpen = true;
      listener.onMessage(message);
    }

    @Override
    public void onHeaders(Metadata headers) {
      wasOpen = true;
    }

    @Override
    public void onReady() {
      wasOpen = true;
      listener.onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      listener.onEnd(StreamEnd.of(status, wasOpen));
    }
  }

  /** Gives the place on the connection back before the end is heard of. */
  private final class Releasing<O> extends ClientCall.Listener<O> {
    private final ClientCall.Listener<O> listener;
    private final Connections.Connection connection;
    private final LinkMetrics.Rpc rpc;
    private final long startedNanos = System.nanoTime();

    Releasing(
        ClientCall.Listener<O> listener, Connections.Connection connection, LinkMetrics.Rpc rpc) {
      this.listener = listener;
      this.connection = connection;
      this.rpc = rpc;
    }

    @Override
    public void onHeaders(Metadata headers) {
      listener.onHeaders(headers);
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
      connections.release(connection);
      rpc.ended(status.getCode(), System.nanoTime() - startedNanos);
      listener.onClose(status, trailers);
    }
  }
}
