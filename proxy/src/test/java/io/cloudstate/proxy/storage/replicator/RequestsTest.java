package io.cloudstate.proxy.storage.replicator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Adapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestsTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LONG = Duration.ofSeconds(20);

  private record Numbered(int thread, int number) {}

  private final TestProbe<Object> replicator = KIT.createTestProbe(Object.class);
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private final Requests requests = to(thread::add);

  private Requests to(Executor executor) {
    return new Requests(Adapter.toClassic(replicator.getRef()), ActorRef.noSender(), executor);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void whatNobodyWaitsForGoesAheadOfTheNextThatSomebodyDoes() {
    requests.update("first", false);
    requests.update("second", false);
    assertThat(thread).isEmpty();
    requests.send("third");
    runThread();
    assertThat(arrived(3)).containsExactly("first", "second", "third");
  }

  @Test
  void updateThatIsAwaitedGoesAtOnce() {
    requests.update("first", true);
    runThread();
    assertThat(arrived(1)).containsExactly("first");
  }

  @Test
  void threadIsWokenOnceForAllThatComeBeforeItIsThere() {
    requests.send("first");
    requests.update("second", true);
    requests.send("third");
    assertThat(thread).hasSize(1);
    runThread();
    assertThat(arrived(3)).containsExactly("first", "second", "third");
  }

  @Test
  void manyThatNobodyWaitsForGoByThemselves() {
    for (var i = 0; i < 1000; i++) {
      requests.update(i, false);
    }
    runThread();
    assertThat(arrived(1000)).hasSize(1000).isSorted();
  }

  @Test
  void changesAreAnnouncedOnceUntilTheyAreSentAndWhatWasCollectedGoesAhead() {
    assertThat(requests.update("first", false)).isTrue();
    assertThat(requests.update("second", true)).isFalse();
    requests.sendChanges();
    runThread();
    assertThat(arrived(3)).containsExactly("first", "second", ReplicatorTicks.SEND_CHANGES);
    assertThat(requests.update("third", false)).isTrue();
  }

  @Test
  void orderOfEachThreadIsKept() throws Exception {
    // Given
    var number = 4;
    var each = 5_000;
    var executor = Executors.newFixedThreadPool(2);
    var callers = Executors.newFixedThreadPool(number);
    var all = to(executor);
    // When
    try {
      var running = new ArrayList<Future<?>>();
      for (var i = 0; i < number; i++) {
        var caller = i;
        running.add(callers.submit(() -> ask(all, caller, each)));
      }
      for (var one : running) {
        one.get(LONG.toSeconds(), TimeUnit.SECONDS);
      }
      // Then
      var next = new HashMap<Integer, Integer>();
      for (var i = 0; i < number * each; i++) {
        var numbered = (Numbered) replicator.receiveMessage(LONG);
        assertThat(numbered.number()).isEqualTo(next.merge(numbered.thread(), 1, Integer::sum) - 1);
      }
    } finally {
      shutdown(callers, executor);
    }
  }

  private static void ask(Requests all, int caller, int each) {
    for (var i = 0; i < each - 1; i++) {
      if (i % 7 == 0) {
        all.send(new Numbered(caller, i));
      } else {
        all.update(new Numbered(caller, i), i % 5 == 0);
      }
    }
    all.send(new Numbered(caller, each - 1));
  }

  private static void shutdown(ExecutorService... executors) {
    for (var executor : executors) {
      executor.shutdownNow();
    }
  }

  private void runThread() {
    while (!thread.isEmpty()) {
      thread.remove().run();
    }
  }

  private List<Object> arrived(int number) {
    return replicator.receiveSeveralMessages(number, LONG);
  }
}
