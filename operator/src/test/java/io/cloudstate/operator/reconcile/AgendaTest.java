package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaTest {

  private final Agenda<String> agenda = new Agenda<>();

  @Test
  void keysComeUpWhenTheyAreDueInTheirOrder() {
    // Given
    agenda.add("late", 20);
    agenda.add("first", 10);
    agenda.add("second", 10);
    // Then
    assertThat(agenda.poll(9)).isEmpty();
    assertThat(agenda.next()).hasValue(10);
    assertThat(agenda.due(10)).isEqualTo(2);
    assertThat(agenda.poll(10)).contains("first");
    assertThat(agenda.poll(10)).contains("second");
    assertThat(agenda.poll(10)).isEmpty();
    assertThat(agenda.poll(20)).contains("late");
  }

  @Test
  void aKeyIsInItOnceAtTheEarliestTime() {
    // When
    agenda.add("a", 20);
    agenda.add("a", 10);
    agenda.add("a", 30);
    // Then
    assertThat(agenda.poll(10)).contains("a");
    agenda.done("a");
    assertThat(agenda.poll(100)).isEmpty();
  }

  @Test
  void aKeyThatIsWorkedOnComesUpAgainOnlyAfterThat() {
    // Given
    agenda.add("a", 0);
    assertThat(agenda.poll(0)).contains("a");
    // When
    agenda.add("a", 5);
    agenda.add("a", 3);
    // Then
    assertThat(agenda.poll(10)).isEmpty();
    agenda.done("a");
    assertThat(agenda.next()).hasValue(3);
    assertThat(agenda.poll(3)).contains("a");
  }

  @Test
  void whateverHappensNoKeyIsLostOrTwiceInWork() {
    // Given
    var random = new Random(7);
    var running = new HashSet<String>();
    var inWork = new ArrayDeque<String>();
    var wanted = new HashSet<String>();
    // When
    for (int now = 0; now < 20_000; now++) {
      var key = "k" + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        agenda.add(key, now + random.nextInt(10));
        wanted.add(key);
      } else if (random.nextBoolean()) {
        agenda
            .poll(now)
            .ifPresent(
                due -> {
                  assertThat(running.add(due)).isTrue();
                  inWork.add(due);
                  wanted.remove(due);
                });
      } else if (!inWork.isEmpty()) {
        running.remove(inWork.peek());
        agenda.done(inWork.poll());
      }
    }
    inWork.forEach(agenda::done);
    // Then
    for (var due = agenda.poll(30_000); due.isPresent(); due = agenda.poll(30_000)) {
      wanted.remove(due.get());
    }
    assertThat(wanted).isEmpty();
  }
}
