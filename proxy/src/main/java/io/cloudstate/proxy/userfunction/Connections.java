package io.cloudstate.proxy.userfunction;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the user function, and which of them carries the next stream. Each belongs to
 * one event loop, and a stream is opened on the loop that asks for it: what one caller asks for is
 * then carried to the function and back by the thread that has read it, and no other is woken. A
 * loop that is busy, or has many more streams than another, has it opened where there are fewest.
 */
@ThreadSafe
final class Connections implements AutoCloseable {

  /** Functions limit concurrent streams per connection, commonly to 100 or 256. */
  private static final int MAX_STREAMS_PER_CONNECTION = 100;

  /** Room that the first connection keeps for discovery and error reports. */
  private static final int RESERVED_ON_THE_FIRST = 10;

  /**
   * Connections without streams that are kept, lest they are opened and closed with the load; and
   * one of each loop.
   */
  private static final int MAX_SPARE_CONNECTIONS = 8;

  /** Streams stay where they were opened: those that one loop may have more than another. */
  private static final int MAX_IMBALANCE = 2_000;

  private final Supplier<@Nullable EventLoop> quietHere;
  private final Function<EventLoop, ManagedChannel> connect;
  private final LinkMetrics metrics;
  private final Connection first;

  /** What is in them is guarded as well, which the checker does not see from outside. */
  @GuardedBy("this")
  private final List<OnLoop> loops;

  @GuardedBy("this")
  private int turn; // whose it is when several loops have as few streams

  @GuardedBy("this")
  private int maxStreams = MAX_STREAMS_PER_CONNECTION;

  @GuardedBy("this")
  private boolean isClosed;

  /**
   * Opens the first one.
   *
   * @param quietHere as {@link io.cloudstate.proxy.eventloop.EventLoops#quietHere}
   * @param connect makes a channel whose I/O the loop does
   */
  Connections(
      List<EventLoop> loops,
      Supplier<@Nullable EventLoop> quietHere,
      Function<EventLoop, ManagedChannel> connect,
      LinkMetrics metrics) {
    this.quietHere = quietHere;
    this.connect = connect;
    this.metrics = metrics;
    this.loops = loops.stream().map(OnLoop::new).toList();
    this.first = open(this.loops.get(0));
  }

  /** The one that is watched. It stays until the end. */
  Connection first() {
    return first;
  }

  /** Takes a place for a stream, until {@link #release}. */
  Connection lease() {
    var here = quietHere.get();
    synchronized (this) {
      var connection = isClosed ? first : withRoom(loopFor(here));
      if (connection.streams == 0 && connection != first) {
        connection.loop.spare--;
      }
      connection.streams++;
      connection.loop.streams++;
      if (isFull(connection)) {
        connection.loop.withRoom.remove(connection);
      }
      return connection;
    }
  }

  /** Those that had room before come first, so that streams gather on few connections. */
  synchronized void release(Connection connection) {
    var loop = connection.loop;
    var wasFull = isFull(connection);
    connection.streams--;
    loop.streams--;
    if (wasFull && !isFull(connection)) {
      loop.withRoom.addLast(connection);
    }
    if (connection.streams > 0 || connection == first) {
      return;
    }
    loop.spare++;
    if (loop.spare > 1 && spare() > MAX_SPARE_CONNECTIONS) {
      loop.spare--;
      loop.withRoom.remove(connection);
      loop.connections.remove(connection);
      connection.channel.shutdown();
      metrics.connectionClosed();
    }
  }

  /** From now on, so many streams to a connection; never more than functions commonly allow. */
  synchronized void limit(int streamsPerConnection) {
    maxStreams = Math.max(1, Math.min(streamsPerConnection, MAX_STREAMS_PER_CONNECTION));
    for (var loop : loops) {
      loop.withRoom.clear();
      for (var connection : loop.connections) {
        if (!isFull(connection)) {
          loop.withRoom.add(connection);
        }
      }
    }
  }

  /** When the function is back, no connection shall wait until its own back-off is over. */
  synchronized void reconnectOthers() {
    for (var connection : all()) {
      if (connection != first) {
        connection.channel.resetConnectBackoff();
      }
    }
  }

  /** Ends all streams; those that are opened afterwards end at once. */
  @Override
  public void close() {
    List<Connection> open;
    synchronized (this) {
      isClosed = true;
      open = all();
    }
    open.forEach(connection -> connection.channel.shutdownNow()); // ends streams, which release
  }

  @GuardedBy("this")
  private List<Connection> all() {
    return loops.stream().flatMap(loop -> loop.connections.stream()).toList();
  }

  @GuardedBy("this")
  private int spare() {
    return loops.stream().mapToInt(loop -> loop.spare).sum();
  }

  @GuardedBy("this")
  private OnLoop loopFor(@Nullable EventLoop here) {
    turn = (turn + 1) % loops.size();
    OnLoop own = null;
    var fewest = loops.get(turn);
    for (var loop : loops) {
      if (loop.loop == here) {
        own = loop;
      }
      if (loop.streams < fewest.streams) {
        fewest = loop;
      }
    }
    return own != null && own.streams - fewest.streams < MAX_IMBALANCE ? own : fewest;
  }

  /** Not one that cannot connect while the first one can, as long as that has room. */
  @GuardedBy("this")
  private Connection withRoom(OnLoop loop) {
    var connection = loop.withRoom.peekFirst();
    if (connection == null) {
      connection = open(loop);
      loop.spare++;
    }
    return isDown(connection) && !isDown(first) && !isFull(first) ? first : connection;
  }

  private static boolean isDown(Connection connection) {
    return connection.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
  }

  private Connection open(OnLoop loop) {
    var connection = new Connection(loop, connect.apply(loop.loop));
    loop.connections.add(connection);
    loop.withRoom.add(connection);
    metrics.connectionOpened();
    return connection;
  }

  @GuardedBy("this")
  private boolean isFull(Connection connection) {
    var reserved = connection == first ? Math.min(RESERVED_ON_THE_FIRST, (maxStreams + 1) / 2) : 0;
    return connection.streams >= maxStreams - reserved;
  }

  /** A connection. */
  static final class Connection {

    private final OnLoop loop;
    private final ManagedChannel channel;
    private int streams;

    private Connection(OnLoop loop, ManagedChannel channel) {
      this.loop = loop;
      this.channel = channel;
    }

    ManagedChannel channel() {
      return channel;
    }
  }

  /** The connections of one event loop. */
  private static final class OnLoop {

    private final EventLoop loop;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Deque<Connection> withRoom = new ArrayDeque<>();
    private int streams;
    private int spare; // connections without streams, but for the first of all

    private OnLoop(EventLoop loop) {
      this.loop = loop;
    }
  }
}
