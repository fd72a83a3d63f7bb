package io.cloudstate.proxy.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

  @Test
  void fewMistakesAreSaidAsTheyAre() {
    assertThat(Complaints.of(List.of())).isEmpty();
    assertThat(Complaints.of(List.of("one", "two"))).containsExactly("one", "two");
    assertThat(Complaints.of(mistakes(Complaints.MAX_MISTAKES)))
        .isEqualTo(mistakes(Complaints.MAX_MISTAKES));
  }

  @Test
  void manyMistakesAreCounted() {
    var complaints = Complaints.of(mistakes(Complaints.MAX_MISTAKES + 7));
    assertThat(complaints).startsWith(mistakes(Complaints.MAX_MISTAKES).toArray(String[]::new));
    assertThat(complaints).hasSize(Complaints.MAX_MISTAKES + 1).endsWith("... and 7 more");
  }

  @Test
  void aLongMistakeIsShortened() {
    var longest = "x".repeat(Complaints.MAX_LENGTH);
    assertThat(Complaints.of(List.of(longest))).containsExactly(longest);
    assertThat(Complaints.of(List.of(longest + "y")))
        .containsExactly("x".repeat(Complaints.MAX_LENGTH - 3) + "...");
  }

  @Test
  void noCharacterIsCutInTwo() {
    var mistake = "x".repeat(Complaints.MAX_LENGTH - 4) + "\uD83D\uDE00 and more";
    assertThat(Complaints.of(List.of(mistake)))
        .containsExactly("x".repeat(Complaints.MAX_LENGTH - 4) + "...");
  }

  private static List<String> mistakes(int count) {
    return IntStream.range(0, count).mapToObj(i -> "mistake " + i).toList();
  }
}
