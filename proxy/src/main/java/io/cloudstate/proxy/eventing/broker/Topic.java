package io.cloudstate.proxy.eventing.broker;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A topic of {@link InProcessBroker}: partitions with a few events each, and for each group of
 * consumers how far it is and who of it has which partition. A partition changes hands when what is
 * in hand is done with.
 */
@ThreadSafe
final class Topic {

  static final int PARTITIONS = 8;

  /** How many events a partition's consumer is given in advance. */
  private static final int ADVANCE = 100;

  /** Events without a key come in order as well, as long as they are in one partition. */
  private enum NoKey {
    INSTANCE
  }

  private static final class Partition {
    private final ArrayDeque<CloudEvent> events = new ArrayDeque<>();
    private long first; // number of the oldest event

    long end() {
      return first + events.size();
    }
  }

  /** A group's part in one partition. */
  private static final class Share {
    private long next; // not done with
    private long read; // not handed over
    private @Nullable Member owner;
    private @Nullable Delivery delivery;
    private boolean isEnding; // the delivery: it was told to stop, whoever is to have the next one

    private void end() {
      isEnding = true;
      if (delivery != null) {
        delivery.stop();
      }
    }

    private void begin(@Nullable Delivery next) {
      isEnding = false;
      delivery = next;
    }
  }

  private static final class Group {
    private final List<Member> members = new ArrayList<>();
    private final List<Share> shares = Stream.generate(Share::new).limit(PARTITIONS).toList();
  }

  private final String name;
  private final int maxEvents;
  private final int maxRunning;
  private final Consumer<Runnable> soon;

  @GuardedBy("this")
  private final List<Member> leaving = new ArrayList<>();

  @GuardedBy("this")
  private final List<Partition> partitions =
      Stream.generate(Partition::new).limit(PARTITIONS).toList();

  @GuardedBy("this")
  private final Map<String, Group> groups = new LinkedHashMap<>();

  @GuardedBy("this")
  private int keyless; // spread over the partitions

  /**
   * @param maxEvents of a partition
   * @param maxRunning how many of a partition may be handled at a time
   * @param soon runs this topic's turn, on another thread
   */
  Topic(String name, int maxEvents, int maxRunning, Consumer<Runnable> soon) {
    this.name = name;
    this.maxEvents = maxEvents;
    this.maxRunning = maxRunning;
    this.soon = soon;
  }

  /** Why it was not published; null if it was. */
  @Nullable BrokerUnavailable publish(CloudEvent event) {
    synchronized (this) {
      var number =
          EventKeys.of(event)
              .map(key -> Math.floorMod(key.hashCode(), PARTITIONS))
              .orElseGet(() -> Math.floorMod(keyless++, PARTITIONS));
      var partition = partitions.get(number);
      if (partition.events.size() >= maxEvents) {
        if (isNeeded(number, partition.first)) {
          return new BrokerUnavailable(
              "topic %s is full: a group has not taken the last %d events of a partition yet"
                  .formatted(name, maxEvents));
        }
        partition.events.remove();
        partition.first++;
      }
      partition.events.add(event);
    }
    soon.accept(this::turn);
    return null;
  }

  Subscription subscribe(String group, EventHandler handler) {
    var member = new Member(group, handler);
    synchronized (this) {
      group(member).members.add(member);
    }
    soon.accept(this::turn);
    return member;
  }

  void close() {
    List<Member> all;
    synchronized (this) {
      all = groups.values().stream().flatMap(group -> group.members.stream()).toList();
    }
    all.forEach(Member::close);
  }

  /** A group without members does not keep the others waiting: what it misses is gone. */
  @GuardedBy("this")
  private boolean isNeeded(int number, long oldest) {
    return groups.values().stream()
        .filter(group -> !group.members.isEmpty())
        .anyMatch(group -> nextOf(group.shares.get(number)) <= oldest);
  }

  /** Hands over what came, and lets go who is done. */
  private void turn() {
    handOver();
    List<Member> gone = new ArrayList<>();
    synchronized (this) {
      for (var member : leaving) {
        if (!ownsAny(member)) {
          gone.add(member);
        }
      }
      leaving.removeAll(gone);
    }
    gone.forEach(member -> member.drained.complete(null));
  }

  @GuardedBy("this")
  private boolean ownsAny(Member member) {
    return group(member).shares.stream().anyMatch(share -> share.owner == member);
  }

  @GuardedBy("this")
  private Group group(Member member) {
    return groups.computeIfAbsent(member.group, id -> new Group());
  }

  private void handOver() {
    List<Delivery> deliveries = new ArrayList<>();
    synchronized (this) {
      for (var group : groups.values()) {
        for (var number = 0; number < PARTITIONS; number++) {
          var delivery = fill(group, number);
          if (delivery != null) {
            deliveries.add(delivery);
          }
        }
      }
    }
    deliveries.forEach(Delivery::handOver);
  }

  @GuardedBy("this")
  private @Nullable Delivery fill(Group group, int number) {
    var share = group.shares.get(number);
    var partition = partitions.get(number);
    assign(group, share, number);
    var delivery = share.delivery;
    if (delivery == null) {
      return null;
    }
    share.read = Math.max(share.read, partition.first);
    var fresh =
        partition.events.stream()
            .skip(share.read - partition.first)
            .limit(Math.max(0, ADVANCE - delivery.size()))
            .toList();
    for (var event : fresh) {
      Object key = EventKeys.of(event).map(Object.class::cast).orElse(NoKey.INSTANCE);
      delivery.add(share.read, key, event);
      share.read++;
    }
    return delivery;
  }

  @GuardedBy("this")
  private void assign(Group group, Share share, int number) {
    var members = group.members;
    var owner = members.isEmpty() ? null : members.get(number % members.size());
    var delivery = share.delivery;
    if (owner == share.owner && !share.isEnding) {
      return;
    }
    if (delivery != null) {
      share.end();
      if (!delivery.isQuiet()) {
        return; // its last event brings us here again
      }
      share.next = delivery.next();
    }
    share.owner = owner;
    share.begin(owner == null ? null : new Delivery(share.next, maxRunning, owner.handler, owner));
    share.read = share.next;
  }

  private static long nextOf(Share share) {
    var delivery = share.delivery;
    return delivery == null ? share.next : delivery.next();
  }

  /** A consumer of the topic. */
  private final class Member implements Subscription, Delivery.Listener {

    private final String group;
    private final EventHandler handler;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean isRunning = true;
    private volatile @Nullable String lastError;

    Member(String group, EventHandler handler) {
      this.group = group;
      this.handler = handler;
    }

    @Override
    public State state() {
      return new State(isRunning, OptionalLong.of(lag()), Optional.ofNullable(lastError));
    }

    @Override
    public void onProgress() {
      soon.accept(Topic.this::turn);
    }

    @Override
    public void onFailure(Throwable cause) {
      lastError = String.valueOf(cause.getMessage());
      close();
    }

    @Override
    public void close() {
      synchronized (Topic.this) {
        if (!isRunning) {
          return;
        }
        isRunning = false;
        leaving.add(this);
        var joined = group(this);
        joined.members.remove(this);
        joined.shares.stream().filter(share -> share.owner == this).forEach(Share::end);
      }
      soon.accept(Topic.this::turn);
    }

    @Override
    public CompletionStage<Void> drained() {
      return drained.copy();
    }

    private long lag() {
      synchronized (Topic.this) {
        var shares = group(this).shares;
        var lag = 0L;
        for (var number = 0; number < PARTITIONS; number++) {
          var share = shares.get(number);
          if (share.owner == this) {
            lag += partitions.get(number).end() - nextOf(share);
          }
        }
        return lag;
      }
    }
  }
}
