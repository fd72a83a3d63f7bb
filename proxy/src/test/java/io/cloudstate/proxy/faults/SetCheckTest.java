package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.faults.Asked.Life;
import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.faults.Operation.Outcome.Added;
import io.cloudstate.proxy.faults.Operation.Outcome.Kept;
import io.cloudstate.proxy.faults.Operation.Outcome.Refused;
import io.cloudstate.proxy.faults.Operation.Outcome.Shown;
import io.cloudstate.proxy.faults.Operation.Outcome.Unknown;
import io.cloudstate.proxy.faults.SetCheck.Wrong;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SetCheckTest {

  private static final long IN_THE_END = 1000;
  private static final Asked ONE = new Asked(1, 1, 1);
  private static final Asked TWO = new Asked(2, 1, 1);
  private static final Asked THREE = new Asked(3, 1, 1);
  private static final Asked ONE_STARTED_AGAIN = new Asked(1, 2, 2);
  private static final Asked ONE_WHILE_IT_STARTED_AGAIN = new Asked(1, 1, 2);
  private static final Set<Life> NO_LIFE = Set.of();
  private static final Set<Life> FIRST_LIFE_OF_ONE = Set.of(new Life(1, 1));

  private final List<Operation> operations = new ArrayList<>();
  private boolean isAtMajority;

  @Test
  void historyThatAgreesWithAllNodesIsFine() {
    sent("a", ONE, 0, 10, new Added());
    sent("b", TWO, 0, 10, new Kept("too few nodes"));
    sent("c", THREE, 0, 10, new Unknown("away"));
    sent("d", THREE, 0, 10, new Unknown("away")); // not executed
    sent("e", THREE, 0, 10, new Refused("full"));
    read(ONE, 11, 12, "a");
    read(TWO, 11, 12, "b");
    read(TWO, 13, 14, "a", "b");
    assertFound(NO_LIFE, everywhere("a", "b", "c"));
  }

  @Test
  void acknowledgedTextThatNoNodeShowsIsLost() {
    sent("a", ONE, 0, 1, new Added());
    assertFound(NO_LIFE, everywhere(), Wrong.LOST);
  }

  @Test
  void textThatOneNodeAcknowledgedMayBeLostWithIt() {
    sent("a", ONE, 0, 1, new Added());
    sent("b", ONE, 0, 1, new Kept("too few nodes"));
    sent("c", ONE, 0, 1, new Added()); // spread in time
    assertThat(check(FIRST_LIFE_OF_ONE, everywhere("c")))
        .isEqualTo(new SetCheck.Verdict(List.of(), 2));
  }

  @Test
  void textThatAnotherNodeAcknowledgedMustNotBeLost() {
    sent("a", TWO, 0, 1, new Added());
    assertFound(FIRST_LIFE_OF_ONE, everywhere(), Wrong.LOST);
  }

  @Test
  void textThatALaterLifeAcknowledgedMustNotBeLost() {
    sent("a", ONE_STARTED_AGAIN, 0, 1, new Added());
    assertFound(FIRST_LIFE_OF_ONE, everywhere(), Wrong.LOST);
  }

  @Test
  void textThatEitherLifeMayHaveAcknowledgedMayBeLost() {
    sent("a", ONE_WHILE_IT_STARTED_AGAIN, 0, 1, new Added());
    assertThat(check(FIRST_LIFE_OF_ONE, everywhere()).lostWithNode()).isEqualTo(1);
  }

  @Test
  void textThatAMajorityAcknowledgedMustNotBeLostWithANode() {
    isAtMajority = true;
    sent("a", ONE, 0, 1, new Added());
    assertFound(FIRST_LIFE_OF_ONE, everywhere(), Wrong.LOST);
  }

  @Test
  void textThatAMajorityAcknowledgedMayBeLostWithSeveralNodes() {
    isAtMajority = true;
    sent("a", ONE, 0, 1, new Added());
    assertThat(check(Set.of(new Life(2, 1), new Life(3, 1)), everywhere()))
        .isEqualTo(new SetCheck.Verdict(List.of(), 1));
    assertFound(Set.of(new Life(2, 1), new Life(2, 2)), everywhere(), Wrong.LOST);
  }

  @Test
  void textThatTooFewNodesConfirmedIsNotLostOnItsOwn() {
    isAtMajority = true;
    sent("a", ONE, 0, 1, new Kept("too few nodes"));
    assertFound(NO_LIFE, everywhere(), Wrong.LOST);
    assertThat(check(FIRST_LIFE_OF_ONE, everywhere()).lostWithNode()).isEqualTo(1);
  }

  @Test
  void textThatANodeDoesNotShowInTheEndMakesADifference() {
    isAtMajority = true;
    sent("a", ONE, 0, 1, new Added());
    assertFound(NO_LIFE, List.of(last(ONE, "a"), last(TWO), last(THREE, "a")), Wrong.DIFFERENT);
  }

  @Test
  void textThatWasRefusedMustNotBeThere() {
    sent("a", ONE, 0, 1, new Refused("full"));
    assertFound(NO_LIFE, everywhere("a"), Wrong.ADDED_THOUGH_REFUSED);
  }

  @Test
  void textThatWasRefusedMustNotHaveBeenThereEither() {
    sent("a", ONE, 0, 1, new Refused("full"));
    read(ONE, 2, 3, "a");
    assertFound(
        FIRST_LIFE_OF_ONE,
        List.of(last(ONE_STARTED_AGAIN), last(TWO), last(THREE)),
        Wrong.ADDED_THOUGH_REFUSED);
  }

  @Test
  void textThatNobodySentIsFoundOnce() {
    read(ONE, 2, 3, "a");
    assertFound(NO_LIFE, everywhere("a"), Wrong.NEVER_SENT);
  }

  @Test
  void textThatIsShownBeforeItWasSentIsFromTheFuture() {
    read(TWO, 0, 1, "a");
    sent("a", ONE, 2, 3, new Added());
    assertFound(NO_LIFE, everywhere("a"), Wrong.FUTURE);
  }

  @Test
  void nodeMustShowWhatItHasShown() {
    sent("a", ONE, 0, 1, new Added());
    read(TWO, 2, 3, "a");
    read(TWO, 4, 5);
    assertFound(NO_LIFE, everywhere("a"), Wrong.FORGOTTEN);
  }

  @Test
  void nodeMustShowWhatItHasAcknowledged() {
    sent("a", ONE, 0, 1, new Added());
    read(ONE, 2, 3);
    assertFound(NO_LIFE, everywhere("a"), Wrong.FORGOTTEN);
  }

  @Test
  void nodeMustShowWhatItHasKept() {
    sent("a", ONE, 0, 1, new Kept("too few nodes"));
    read(ONE, 2, 3);
    assertFound(NO_LIFE, everywhere("a"), Wrong.FORGOTTEN);
  }

  @Test
  void nodeMustShowInTheEndWhatItHasShown() {
    sent("a", ONE, 0, 1, new Unknown("away"));
    read(ONE, 2, 3, "a");
    assertFound(NO_LIFE, List.of(last(ONE), last(TWO), last(THREE)), Wrong.FORGOTTEN);
  }

  @Test
  void readThatIsUnderWayNeedNotShowWhatIsToldMeanwhile() {
    sent("a", ONE, 0, 2, new Added());
    read(ONE, 1, 3);
    assertFound(NO_LIFE, everywhere("a"));
  }

  @Test
  void nodeNeedNotShowWhatAnotherOneHasShown() {
    sent("a", ONE, 0, 1, new Added());
    read(TWO, 2, 3);
    assertFound(NO_LIFE, everywhere("a"));
  }

  @Test
  void nodeThatStartedAgainNeedNotShowWhatItHadShownBefore() {
    sent("a", ONE, 0, 1, new Unknown("away"));
    read(ONE, 2, 3, "a");
    read(ONE_WHILE_IT_STARTED_AGAIN, 4, 5);
    read(ONE_STARTED_AGAIN, 6, 7);
    assertFound(FIRST_LIFE_OF_ONE, List.of(last(ONE_STARTED_AGAIN), last(TWO), last(THREE)));
  }

  @Test
  void findingNamesSetAndText() {
    sent("a", ONE, 0, 1, new Refused("full"));
    assertThat(check(NO_LIFE, everywhere("a")).findings())
        .containsExactly(
            new Finding<>(
                Wrong.ADDED_THOUGH_REFUSED, "set: [a] is there, its caller was told full"));
  }

  private void sent(String text, Asked asked, long invoked, long ended, Outcome outcome) {
    operations.add(new Operation(text, asked, invoked, ended, outcome));
  }

  private void read(Asked asked, long invoked, long ended, String... texts) {
    operations.add(new Operation("", asked, invoked, ended, new Shown(Set.of(texts))));
  }

  private static Operation last(Asked asked, String... texts) {
    return new Operation("", asked, IN_THE_END, IN_THE_END + 1, new Shown(Set.of(texts)));
  }

  /** Of nodes that have all been started again. */
  private static List<Operation> everywhere(String... texts) {
    return Stream.of(1, 2, 3).map(node -> last(new Asked(node, 9, 9), texts)).toList();
  }

  private SetCheck.Verdict check(Set<Life> lost, List<Operation> lastReads) {
    return SetCheck.check("set", operations, lastReads, isAtMajority, lost);
  }

  private void assertFound(Set<Life> lost, List<Operation> lastReads, Wrong... expected) {
    assertThat(check(lost, lastReads).findings())
        .extracting(Finding::wrong)
        .containsExactly(expected);
  }
}
