package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.faults.HistoryCheck.Wrong;
import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.faults.Operation.Outcome.Appended;
import io.cloudstate.proxy.faults.Operation.Outcome.Refused;
import io.cloudstate.proxy.faults.Operation.Outcome.Seen;
import io.cloudstate.proxy.faults.Operation.Outcome.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {

  private static final Asked SOMEBODY = new Asked(1, 1, 1);

  private final List<Operation> operations = new ArrayList<>();

  @Test
  void historyThatAgreesWithTheStoreIsFine() {
    sent("a", 0, 10, new Appended(1));
    sent("b", 5, 30, new Appended(3)); // overlaps c
    sent("c", 12, 25, new Appended(2));
    sent("d", 26, 27, new Unknown("away"));
    sent("e", 28, 29, new Unknown("away")); // not executed
    sent("f", 28, 29, new Refused("full"));
    read(31, 32, "a", "c", "b");
    assertFound(List.of("a", "c", "b", "d"));
  }

  @Test
  void outcomeThatWasUnknownMayComeTrueLater() {
    sent("a", 0, 1, new Unknown("away"));
    sent("b", 2, 3, new Appended(1));
    read(4, 5, "b");
    assertFound(List.of("b", "a"));
  }

  @Test
  void acknowledgedTextThatIsNotThereIsLost() {
    sent("a", 0, 1, new Appended(1));
    sent("b", 2, 3, new Appended(2));
    assertFound(List.of("a"), Wrong.LOST);
  }

  @Test
  void textThatIsThereTwiceIsDoubled() {
    sent("a", 0, 1, new Appended(1));
    sent("b", 2, 3, new Unknown("away"));
    assertFound(List.of("a", "b", "b"), Wrong.DOUBLED);
  }

  @Test
  void textAtAnotherPlaceThanAcknowledgedHasMoved() {
    sent("a", 0, 9, new Appended(1));
    sent("b", 0, 9, new Appended(2));
    assertFound(List.of("b", "a"), Wrong.MOVED, Wrong.MOVED);
  }

  @Test
  void textThatWasRefusedMustNotBeThere() {
    sent("a", 0, 1, new Refused("full"));
    assertFound(List.of("a"), Wrong.EXECUTED_THOUGH_REFUSED);
  }

  @Test
  void textThatNobodySentIsFound() {
    assertFound(List.of("a"), Wrong.NEVER_SENT);
  }

  @Test
  void numbersOfTheStoreHaveNoGap() {
    sent("a", 0, 1, new Appended(1));
    sent("b", 2, 3, new Appended(2));
    var journal = List.of(new Stored(1, "a"), new Stored(3, "b"));
    assertThat(HistoryCheck.check("list", operations, journal))
        .extracting(Finding::wrong)
        .containsExactly(Wrong.GAP);
  }

  @Test
  void textSentAfterAnotherWasAcknowledgedMustComeAfterIt() {
    sent("a", 0, 1, new Appended(2));
    sent("b", 2, 3, new Appended(1));
    assertFound(List.of("b", "a"), Wrong.REORDERED);
  }

  @Test
  void unknownTextSentAfterAnotherWasAcknowledgedMustComeAfterItToo() {
    sent("a", 0, 1, new Appended(2));
    sent("b", 2, 3, new Unknown("away"));
    assertFound(List.of("b", "a"), Wrong.REORDERED);
  }

  @Test
  void readWithoutWhatWasAcknowledgedBeforeIsStale() {
    sent("a", 0, 1, new Appended(1));
    sent("b", 2, 3, new Appended(2));
    read(4, 5, "a");
    assertFound(List.of("a", "b"), Wrong.STALE);
  }

  @Test
  void readWithoutWhatAnotherReadHasShownIsStale() {
    sent("a", 0, 9, new Appended(1));
    read(1, 2, "a");
    read(3, 4);
    assertFound(List.of("a"), Wrong.STALE);
  }

  @Test
  void readThatShowsWhatWasSentLaterIsFromTheFuture() {
    sent("a", 0, 1, new Appended(1));
    read(2, 3, "a", "b");
    sent("b", 4, 5, new Appended(2));
    assertFound(List.of("a", "b"), Wrong.FUTURE);
  }

  @Test
  void readThatShowsWhatIsNotStoredIsFromTheFuture() {
    sent("a", 0, 1, new Appended(1));
    sent("b", 0, 1, new Unknown("away"));
    read(2, 3, "a", "b");
    assertFound(List.of("a"), Wrong.FUTURE);
  }

  @Test
  void readOfOtherTextsIsFound() {
    sent("a", 0, 9, new Appended(1));
    sent("b", 0, 9, new Unknown("away"));
    read(2, 3, "b");
    assertFound(List.of("a"), Wrong.OTHER_TEXTS);
  }

  @Test
  void findingNamesTheEntity() {
    assertThat(HistoryCheck.check("list", operations, List.of(new Stored(1, "a"))))
        .containsExactly(new Finding<>(Wrong.NEVER_SENT, "list: [a] is number 1"));
  }

  private void sent(String text, long invoked, long ended, Outcome outcome) {
    operations.add(new Operation(text, SOMEBODY, invoked, ended, outcome));
  }

  private void read(long invoked, long ended, String... texts) {
    var list = List.of(texts);
    operations.add(
        new Operation("", SOMEBODY, invoked, ended, new Seen(list.size(), Operation.digest(list))));
  }

  private void assertFound(List<String> texts, Wrong... expected) {
    var journal =
        IntStream.range(0, texts.size()).mapToObj(i -> new Stored(i + 1, texts.get(i))).toList();
    assertThat(HistoryCheck.check("list", operations, journal))
        .extracting(Finding::wrong)
        .containsExactly(expected);
  }
}
