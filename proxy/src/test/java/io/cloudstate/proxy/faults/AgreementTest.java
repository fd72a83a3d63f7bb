package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.faults.Operation.Outcome.Added;
import io.cloudstate.proxy.faults.Operation.Outcome.Shown;
import io.cloudstate.proxy.faults.Operation.Outcome.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgreementTest {

  private static final long OVER = 100;

  private final List<Operation> operations = new ArrayList<>();

  @Test
  void lastNodeToShowAllThatWasKnownCounts() {
    sent("a", 1, 50, new Added());
    sent("b", 2, 60, new Added());
    read(1, 110, "a", "b");
    read(2, 120, "b");
    read(2, 170, "a", "b");
    read(2, 180, "a", "b");
    assertThat(agreedAfter(1000, "a", "b")).isEqualTo(Duration.ofNanos(70));
  }

  @Test
  void whatANodeHadShownBeforeIsKnownToo() {
    sent("a", 1, 50, new Unknown("away"));
    read(1, 60, "a");
    read(1, 110, "a");
    read(2, 120);
    read(2, 130, "a");
    assertThat(agreedAfter(1000, "a")).isEqualTo(Duration.ofNanos(30));
  }

  @Test
  void whatCameLaterOrWasLostDoesNotCount() {
    sent("a", 1, 50, new Added());
    sent("lost", 2, 60, new Added());
    sent("later", 2, 101, new Added());
    read(1, 110, "a");
    read(2, 120, "a");
    assertThat(agreedAfter(1000, "a", "later")).isEqualTo(Duration.ofNanos(20));
  }

  @Test
  void nodeThatDidNotShowAllAgreedInTheEnd() {
    sent("a", 1, 50, new Added());
    read(1, 110, "a");
    read(2, 120);
    assertThat(agreedAfter(1000, "a")).isEqualTo(Duration.ofNanos(900));
  }

  private Duration agreedAfter(long endNanos, String... texts) {
    return Agreement.after(
        OVER, operations, List.of(shown(1, endNanos, texts), shown(2, endNanos, texts)));
  }

  private void sent(String text, int node, long ended, Outcome outcome) {
    operations.add(new Operation(text, new Asked(node, 1, 1), ended - 1, ended, outcome));
  }

  private void read(int node, long ended, String... texts) {
    operations.add(shown(node, ended, texts));
  }

  private static Operation shown(int node, long ended, String... texts) {
    return new Operation("", new Asked(node, 1, 1), ended - 1, ended, new Shown(Set.of(texts)));
  }
}
