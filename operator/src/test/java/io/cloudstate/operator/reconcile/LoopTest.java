package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopTest {

  private static final Key A = new Key("n", "a");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aKeyIsNeverWorkedOnTwiceAtOnceHoweverOftenItIsAdded() {
    // Given
    var inWork = ConcurrentHashMap.<Key>newKeySet();
    var overlaps = new AtomicInteger();
    var passes = new AtomicInteger();
    try (var loop =
        new Loop(
            "K",
            (key, failures) -> {
              if (!inWork.add(key)) {
                overlaps.incrementAndGet();
              }
              passes.incrementAndGet();
              inWork.remove(key);
              return Outcome.SETTLED;
            },
            settings(4, Duration.ofMinutes(1)))) {
      loop.start();
      // When
      for (int i = 0; i < 20_000; i++) {
        loop.add(new Key("n", "k" + i % 7));
      }
      // Then
      await().atMost(PATIENCE).until(() -> inWork.isEmpty() && passes.get() >= 7);
    }
    assertThat(overlaps).hasValue(0);
  }

  @Test
  void whatComesWhileItIsWorkedOnIsWorkedOnAfterwards() throws Exception {
    // Given
    var began = new CountDownLatch(1);
    var letGo = new CountDownLatch(1);
    var passes = new AtomicInteger();
    try (var loop =
        new Loop(
            "K",
            (key, failures) -> {
              if (passes.incrementAndGet() == 1) {
                began.countDown();
                awaitOpen(letGo);
              }
              return Outcome.SETTLED;
            },
            settings(2, Duration.ofMinutes(1)))) {
      loop.start();
      loop.add(A);
      assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
      // When
      loop.add(A);
      letGo.countDown();
      // Then
      await().atMost(PATIENCE).until(() -> passes.get() == 2);
    }
  }

  @Test
  void aSettledKeyComesUpAgainAndOneThatIsGoneDoesNot() {
    var settled = new AtomicInteger();
    var gone = new AtomicInteger();
    try (var loop =
        new Loop(
            "K",
            (key, failures) -> {
              if (key.equals(A)) {
                settled.incrementAndGet();
                return Outcome.SETTLED;
              }
              gone.incrementAndGet();
              return Outcome.GONE;
            },
            settings(1, Duration.ofMillis(100)))) {
      loop.start();
      loop.add(A);
      loop.add(new Key("n", "b"));
      await().atMost(PATIENCE).until(() -> settled.get() >= 5);
    }
    assertThat(gone).hasValue(1);
  }

  @Test
  void failuresAreCountedTriedAgainAndLoggedOnce() {
    // Given
    var appender = new ListAppender<ILoggingEvent>();
    appender.start();
    var logger = (Logger) LoggerFactory.getLogger(Loop.class);
    logger.addAppender(appender);
    logger.setAdditive(false);
    var counts = ConcurrentHashMap.<Integer>newKeySet();
    try (var loop =
        new Loop(
            "K",
            (key, failures) -> {
              counts.add(failures);
              if (failures < 5) {
                throw new IllegalStateException("planted");
              }
              return Outcome.SETTLED;
            },
            settings(2, Duration.ofMinutes(1)))) {
      loop.start();
      // When
      loop.add(A);
      await().atMost(PATIENCE).until(() -> counts.contains(5));
    } finally {
      logger.detachAppender(appender);
      logger.setAdditive(true);
    }
    // Then
    assertThat(counts).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(appender.list).hasSize(1);
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ControllerSettings settings(int workers, Duration resync) {
    return new ControllerSettings(
        new Platform("i", true),
        Set.of(),
        true,
        workers,
        resync,
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofMinutes(1),
        "test",
        Clock.systemUTC(),
        ReconcileListener.none());
  }
}
