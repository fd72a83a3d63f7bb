package io.cloudstate.proxy.userfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.cloudstate.proxy.userfunction.Connections.Connection;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which connection a stream goes to; what is sent on it is not looked at. */
class ConnectionsTest {

  private static final int LOOPS = 12; // more than connections that are spare
  private static final ThreadLocal<EventLoop> QUIET_HERE = new ThreadLocal<>();

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(LOOPS, LocalIoHandler.newFactory());
  private final List<EventLoop> loops = new ArrayList<>();
  private final ConcurrentLinkedQueue<Opened> opened = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger(); // as told to the metrics
  private Connections connections;
  private EventLoop firstLoop;

  @BeforeEach
  void start() {
    group.forEach(loop -> loops.add((EventLoop) loop));
    connections = new Connections(loops, QUIET_HERE::get, this::connect, metrics());
    firstLoop = loopOf(connections.first());
  }

  @AfterEach
  void close() {
    connections.close();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void aStreamIsOpenedOnTheLoopThatAsks() {
    for (var loop : loops) {
      assertThat(streamsByLoop(lease(loop, 150))).containsOnly(entry(loop, 150));
    }
  }

  @Test
  void aLoopThatIsBusyHasItOpenedWhereThereAreFewest() {
    var busy = loops.get(3);
    lease(busy, 5);
    var others = leaseAnywhere(5 * (LOOPS - 1));
    assertThat(streamsByLoop(others)).doesNotContainKey(busy).hasSize(LOOPS - 1);
    assertThat(streamsByLoop(others).values()).containsOnly(5);
  }

  @Test
  void whereAllHaveAsManyTheyTakeTurns() {
    for (var i = 0; i < 3 * LOOPS; i++) {
      var leased = leaseAnywhere(1).get(0);
      connections.release(leased);
    }
    // else short calls would all go to one loop
    assertThat(opened.stream().map(channel -> channel.loop).distinct()).hasSize(LOOPS);
  }

  @Test
  void oneLoopDoesNotGetThousandsMoreThanAnother() {
    var one = loops.get(5);
    assertThat(streamsByLoop(lease(one, 2_000))).containsOnly(entry(one, 2_000));
    assertThat(streamsByLoop(lease(one, 11)).keySet()).hasSize(11).doesNotContain(one);
    // as many more are fine when the others have some
    assertThat(streamsByLoop(lease(one, 1))).containsOnly(entry(one, 1));
  }

  @Test
  void noConnectionCarriesMoreThanFunctionsCommonlyAllow() {
    var leased = lease(firstLoop, 290);
    // the first keeps room for discovery and error reports
    assertThat(streams(leased).values()).containsExactlyInAnyOrder(90, 100, 100);
    assertThat(streams(leased)).containsEntry(connections.first(), 90);
  }

  @Test
  void aFunctionThatAllowsFewerGetsFewer() {
    connections.limit(4);
    assertThat(streams(lease(firstLoop, 10)).values()).containsExactlyInAnyOrder(2, 4, 4);
  }

  @Test
  void aLimitHeardOfLateIsKeptFromThenOn() {
    var early = lease(firstLoop, 10);
    assertThat(early).containsOnly(connections.first());
    connections.limit(10);
    assertThat(lease(firstLoop, 10)).doesNotContain(connections.first());
    early.subList(0, 6).forEach(connections::release);
    // five of ten are the first's own: one more, and then it is full again
    assertThat(lease(firstLoop, 2)).containsOnlyOnce(connections.first());
  }

  @Test
  void aPlaceThatIsFreeIsTakenBeforeAnotherConnectionIsOpened() {
    connections.limit(2);
    var leased = lease(firstLoop, 5);
    var before = opened.size();
    connections.release(leased.get(1));
    assertThat(lease(firstLoop, 1)).containsExactly(leased.get(1));
    assertThat(opened).hasSize(before);
  }

  @Test
  void aFewConnectionsWithoutStreamsAreKept() {
    connections.limit(1); // and none on the first
    lease(firstLoop, 30).forEach(connections::release);
    assertThat(stillOpen()).isEqualTo(1 + 8);
    assertThat(open).hasValue(1 + 8);
    var before = opened.size();
    assertThat(lease(firstLoop, 8)).noneMatch(connection -> connection.channel().isShutdown());
    assertThat(opened).hasSize(before);
  }

  @Test
  void eachLoopKeepsOneConnectionHoweverManyLoopsThereAre() {
    connections.limit(1);
    for (var loop : loops) {
      lease(loop, 1).forEach(connections::release);
    }
    var before = opened.size();
    for (var round = 0; round < 3; round++) {
      for (var loop : loops) {
        lease(loop, 1).forEach(connections::release);
      }
    }
    assertThat(opened).as("none is opened and closed for each call").hasSize(before);
    assertThat(stillOpen()).isEqualTo(1 + LOOPS);
  }

  @Test
  void theFirstStaysHoweverManyAreSpare() {
    var elsewhere = loops.get(LOOPS - 1);
    connections.limit(100);
    lease(elsewhere, 1_000).forEach(connections::release);
    assertThat(stillOpen()).isEqualTo(1 + 8);
    lease(firstLoop, 3).forEach(connections::release);
    assertThat(connections.first().channel().isShutdown()).isFalse();
    assertThat(stillOpen()).isEqualTo(1 + 8);
  }

  @Test
  void whatCannotConnectIsLeftOutWhileTheFirstCan() {
    var loop = loops.get(LOOPS - 1);
    var down = lease(loop, 1).get(0);
    ((Opened) down.channel()).state = ConnectivityState.TRANSIENT_FAILURE;
    assertThat(lease(loop, 90)).containsOnly(connections.first());
    // which has no more room
    assertThat(lease(loop, 1)).containsExactly(down);
    var first = (Opened) connections.first().channel();
    first.state = ConnectivityState.TRANSIENT_FAILURE;
    connections.release(connections.first());
    assertThat(lease(loop, 1)).as("both are down").containsExactly(down);
    ((Opened) down.channel()).state = ConnectivityState.READY;
    assertThat(lease(loop, 1)).containsExactly(down);
  }

  @Test
  void afterTheEndNothingIsOpened() {
    lease(loops.get(LOOPS - 1), 1);
    connections.close();
    assertThat(opened).allMatch(Opened::isShutdown);
    var before = opened.size();
    var late = lease(loops.get(LOOPS - 2), 200);
    assertThat(late).allMatch(connection -> connection.channel().isShutdown());
    late.forEach(connections::release);
    assertThat(opened).hasSize(before);
  }

  /** All loops and others at once: no place is given away twice, and all of them come back. */
  @Test
  void placesAreCountedByWhomeverTheyAreTaken() throws Exception {
    connections.limit(3);
    var users = 2 * LOOPS;
    var start = new CyclicBarrier(users);
    var pool = Executors.newFixedThreadPool(users);
    var running = new ArrayList<Future<List<Connection>>>();
    for (var i = 0; i < users; i++) {
      var here = i < LOOPS ? loops.get(i) : null;
      running.add(
          pool.submit(
              () -> {
                QUIET_HERE.set(here);
                start.await(10, TimeUnit.SECONDS);
                var held = new ArrayList<Connection>();
                for (var round = 0; round < 1_000; round++) {
                  held.add(connections.lease());
                  if (round % 3 != 0) {
                    connections.release(held.remove(held.size() / 2));
                  }
                }
                return held;
              }));
    }
    var held = new ArrayList<Connection>();
    for (var user : running) {
      held.addAll(user.get(60, TimeUnit.SECONDS));
    }
    pool.shutdown();
    assertThat(streams(held).values()).allMatch(number -> number <= 3);
    held.forEach(connections::release);
    assertThat(stillOpen()).isBetween(1L + 8, 1L + 8 + LOOPS).isEqualTo(open.get());
    assertThat(streams(leaseAnywhere(LOOPS)).values()).as("nothing is left").containsOnly(1);
  }

  private List<Connection> lease(EventLoop here, int number) {
    QUIET_HERE.set(here);
    try {
      return Stream.generate(connections::lease).limit(number).toList();
    } finally {
      QUIET_HERE.remove();
    }
  }

  /** As a loop that is busy does, or a thread that is none. */
  private List<Connection> leaseAnywhere(int number) {
    return Stream.generate(connections::lease).limit(number).toList();
  }

  private long stillOpen() {
    return opened.stream().filter(channel -> !channel.isShutdown()).count();
  }

  private static Map<EventLoop, Integer> streamsByLoop(Iterable<Connection> leased) {
    var byLoop = new IdentityHashMap<EventLoop, Integer>();
    leased.forEach(connection -> byLoop.merge(loopOf(connection), 1, Integer::sum));
    return byLoop;
  }

  private static Map<Connection, Integer> streams(Iterable<Connection> leased) {
    var streams = new IdentityHashMap<Connection, Integer>();
    leased.forEach(connection -> streams.merge(connection, 1, Integer::sum));
    return streams;
  }

  private static EventLoop loopOf(Connection connection) {
    return ((Opened) connection.channel()).loop;
  }

  private ManagedChannel connect(EventLoop loop) {
    var channel = new Opened(loop);
    opened.add(channel);
    return channel;
  }

  private LinkMetrics metrics() {
    return new LinkMetrics() {
      @Override
      public Rpc rpc(MethodDescriptor<?, ?> method) {
        return Rpc.NONE;
      }

      @Override
      public void connectionOpened() {
        open.incrementAndGet();
      }

      @Override
      public void connectionClosed() {
        open.decrementAndGet();
      }
    };
  }

  /** Knows its loop, the state it is said to be in, and whether it was shut down. */
  private static final class Opened extends ManagedChannel {

    private final EventLoop loop;
    private volatile ConnectivityState state = ConnectivityState.IDLE;
    private volatile boolean isShutdown;

    Opened(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
      return state;
    }

    @Override
    public ManagedChannel shutdown() {
      isShutdown = true;
      return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
      return shutdown();
    }

    @Override
    public boolean isShutdown() {
      return isShutdown;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutdown;
    }

    @Override
    public <I, O> ClientCall<I, O> newCall(MethodDescriptor<I, O> method, CallOptions options) {
      throw new UnsupportedOperationException("nothing is called here");
    }

    @Override
    public String authority() {
      return "function";
    }
  }
}
