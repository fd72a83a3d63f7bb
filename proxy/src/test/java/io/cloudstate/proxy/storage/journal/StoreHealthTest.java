package io.cloudstate.proxy.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.testing.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreHealthTest {

  private static final String FAILS =
      "ERROR the store fails, events could not be stored: java.io.IOException: disk is full";
  private static final String WORKS = "INFO the store works again";

  private final CapturedLog log = CapturedLog.begin();
  private long now = 1;
  private final StoreHealth health = new StoreHealth(() -> now);

  @AfterEach
  void endCapturing() {
    log.close();
  }

  @Test
  void storeThatWorksIsNotMentioned() {
    health.answered();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void storeThatIsAwayIsTroubleUntilItIsBackWhateverElseFails() {
    fail("list|1");
    assertThat(health.trouble()).isEmpty();
    health.lost("no connection");
    assertThat(health.trouble()).contains("no connection");
    health.back();
    assertThat(health.trouble()).isEmpty();
  }

  @Test
  void manyFailuresAreOneLineWithTheInnermostReason() {
    for (var i = 0; i < 1000; i++) {
      fail("list|" + i);
    }
    assertThat(log.lines()).containsExactly(FAILS);
    assertThat(log.stackTraces()).isZero();
  }

  @Test
  void answersBetweenFailuresDoNotCountAsRecovery() {
    fail("list|1");
    pass(Duration.ofMillis(999));
    health.answered();
    fail("list|2");
    pass(Duration.ofMillis(999));
    health.answered();
    assertThat(log.lines()).containsExactly(FAILS);
  }

  @Test
  void firstAnswerAfterACalmSecondSaysThatItWorksAgain() {
    fail("list|1");
    pass(Duration.ofSeconds(1));
    health.answered();
    health.answered();
    assertThat(log.lines()).containsExactly(FAILS, WORKS);
  }

  @Test
  void nextOutageIsToldAgain() {
    fail("list|1");
    pass(Duration.ofSeconds(1));
    health.answered();
    fail("list|1");
    assertThat(log.lines()).containsExactly(FAILS, WORKS, FAILS);
  }

  private void fail(String entity) {
    var cause = new RuntimeException("writing", new java.io.IOException("disk is full"));
    health.failed(entity, "events could not be stored", cause);
  }

  private void pass(Duration duration) {
    now += duration.toNanos();
  }
}
