package io.cloudstate.proxy.eventloop;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the proxy, one per core: each does the I/O of some connections, of clients as of
 * the user function, and runs entities. What an event loop hands to an entity runs on that same
 * loop next, so a command wakes up no thread on its way but where the network does.
 *
 * <p>Nothing that runs here may block. Thread-safe.
 */
public final class EventLoops implements Executor, AutoCloseable {

  /** Tasks that may wait on one loop before another is woken up to take some. */
  private static final int BACKLOG = 64;

  /** Tasks that may wait on a loop that has not much to do: one call makes a few of them. */
  private static final int QUIET_BACKLOG = 8;

  private final EventLoopGroup group;
  private final FastThreadLocal<EventLoop> current = new FastThreadLocal<>();

  /** Starts as many loops as there are cores, and two at least. */
  public EventLoops() {
    group =
        EventLoopGroups.newEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()), "event-loop");
    for (var executor : group) {
      var loop = (EventLoop) executor;
      loop.execute(() -> current.set(loop));
    }
  }

  /** For servers and clients that do their I/O here. */
  public EventLoopGroup group() {
    return group;
  }

  /** The kind of channel for clients that do their I/O here. */
  public Class<? extends Channel> channelType() {
    return TransportType.socketChannelType(group);
  }

  /** The loops' kind, which the channels on them have to be of: nio, epoll, io_uring or kqueue. */
  public String transport() {
    return Flags.transportType().name().toLowerCase(Locale.ROOT);
  }

  /** All of them, always in the same order. */
  public List<EventLoop> all() {
    var loops = new ArrayList<EventLoop>();
    group.forEach(executor -> loops.add((EventLoop) executor));
    return loops;
  }

  /**
   * The loop that asks, if it has not much to do: what belongs to its present work is best kept
   * there. Null on a thread that is none, and where others could take some of the work.
   */
  public @Nullable EventLoop quietHere() {
    var own = current.get();
    return own != null && backlog(own) < QUIET_BACKLOG ? own : null;
  }

  /** Runs a task on the loop that asks for it, or on another if that one has much to do already. */
  @Override
  public void execute(Runnable task) {
    loop().execute(task);
  }

  private EventExecutor loop() {
    var own = current.get();
    if (own == null) {
      return group.next();
    }
    if (backlog(own) < BACKLOG) {
      return own;
    }
    var other = group.next();
    return backlog(other) < BACKLOG / 2 ? other : own;
  }

  private static int backlog(EventExecutor loop) {
    return ((SingleThreadEventExecutor) loop).pendingTasks();
  }

  /** Ends the loops when what was handed to them has run. Returns at once. */
  @Override
  public void close() {
    // without netty's quiet period of two seconds
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /**
   * As {@link #close}, but only when nothing has come for some seconds: for users that are about to
   * end, of which nobody can tell when they have.
   */
  public void closeWhenQuiet() {
    var unused = group.shutdownGracefully(5, 60, TimeUnit.SECONDS);
  }
}
