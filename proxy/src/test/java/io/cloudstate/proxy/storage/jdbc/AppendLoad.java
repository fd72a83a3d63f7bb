package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.javadsl.Behaviors;
import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.StoreNode;
import io.cloudstate.proxy.storage.journal.JournalWriter;
import io.cloudstate.proxy.storage.journal.JournalWriter.Ready;
import io.cloudstate.proxy.storage.journal.JournalWriter.Result;
import io.cloudstate.proxy.storage.journal.JournalWriter.Write;
import io.cloudstate.proxy.storage.journal.JournalWriter.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Entities that append one event after the other, with another writer after each failure, and
 * remember the last that was acknowledged.
 */
final class AppendLoad {

  private static final AtomicInteger loads = new AtomicInteger();
  private static final Payload EVENT =
      new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8("appended"));

  private final StoreNode node;
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger running;
  private volatile boolean isStopping;

  private AppendLoad(StoreNode node, int entities) {
    this.node = node;
    this.running = new AtomicInteger(entities);
  }

  static AppendLoad start(StoreNode node, int entities) {
    var load = new AppendLoad(node, entities);
    var number = loads.incrementAndGet();
    for (var i = 0; i < entities; i++) {
      node.kit().<Result>spawn(load.entity("load-" + number + "-" + i));
    }
    return load;
  }

  /** Whether an event can be appended to the entity now. */
  static boolean tryAppend(StoreNode node, String id) {
    var writer = node.startWriter(id);
    try {
      var ready = (Ready) writer.results().receiveMessage(Duration.ofSeconds(4));
      writer.send(ready.lastSequence(), null, EVENT);
      writer.results().expectMessageClass(Written.class, Duration.ofSeconds(4));
      writer.ref().tell(JournalWriter.Stop.INSTANCE);
      return true;
    } catch (AssertionError notAnswered) {
      return false;
    }
  }

  static void appendOnce(StoreNode node, String id) {
    assertThat(tryAppend(node, id)).as("appended to " + id).isTrue();
  }

  /** Waits until some more events are acknowledged. */
  void awaitProgress() {
    var target = count.get() + 200;
    await().atMost(Duration.ofSeconds(10)).until(() -> count.get() >= target);
  }

  /** Everything that was acknowledged has to be there. */
  void stopAndCheck() {
    isStopping = true;
    await().atMost(Duration.ofSeconds(10)).until(() -> running.get() == 0);
    acknowledged.forEach(
        (id, last) -> {
          // One more may be there: written, and not confirmed before the failure.
          assertThat((long) node.allEvents(id).size())
              .as("events of " + id)
              .isGreaterThanOrEqualTo(last);
        });
  }

  private Behavior<Result> entity(String id) {
    return Behaviors.setup(
        context -> {
          var writer = new WriterRef();
          writer.start(context.getSelf(), context, id);
          return Behaviors.receive(Result.class)
              .onMessage(Ready.class, ready -> go(id, writer, ready.lastSequence()))
              .onMessage(
                  Written.class,
                  written -> {
                    acknowledged.put(id, written.lastSequence());
                    count.incrementAndGet();
                    return go(id, writer, written.lastSequence());
                  })
              .onSignal(
                  ChildFailed.class,
                  failed -> {
                    if (isStopping) {
                      running.decrementAndGet();
                      return Behaviors.stopped();
                    }
                    writer.start(context.getSelf(), context, id);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private Behavior<Result> go(String id, WriterRef writer, long last) {
    var known = acknowledged.getOrDefault(id, 0L);
    if (last < known) {
      throw new AssertionError(id + " has lost events: " + last + " of " + known);
    }
    if (isStopping) {
      running.decrementAndGet();
      return Behaviors.stopped();
    }
    writer.ref.tell(new Write(last, List.of(EVENT), null));
    return Behaviors.same();
  }

  private static final class WriterRef {
    @SuppressWarnings("NullAway.Init")
    private ActorRef<JournalWriter.Command> ref;

    void start(
        ActorRef<Result> self, akka.actor.typed.javadsl.ActorContext<Result> context, String id) {
      ref = context.spawnAnonymous(JournalWriter.create(id, "load", self));
      context.watch(ref);
    }
  }
}
