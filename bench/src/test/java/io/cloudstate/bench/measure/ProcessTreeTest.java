package io.cloudstate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {

  @Test
  void timesOfTheProcessAndItsEndedChildrenAreAddedUp() {
    var stat =
        ProcStat.parse(
            "4711 (java) S 42 4711 1 0 -1 4194304 9 8 7 6 100 20 3 4 20 0 31 0 5 6 7 8 9\n");
    assertThat(stat).isEqualTo(new ProcStat(4711, 42, 127));
  }

  @Test
  void aNameMayContainBlanksAndBrackets() {
    var stat = ProcStat.parse("7 (a) S 1 (b c) R 42 7 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 5 6 7 8 9");
    assertThat(stat).isEqualTo(new ProcStat(7, 42, 3));
  }

  @Test
  void somethingElseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> ProcStat.parse("Name: java"));
  }

  @Test
  void aTreeIsTheProcessAndAllDescendantsAndNoOthers() {
    var all =
        List.of(
            new ProcStat(10, 1, 5),
            new ProcStat(11, 10, 7),
            new ProcStat(12, 11, 11),
            new ProcStat(13, 1, 1000));
    assertThat(ProcessTree.ticksOfTree(10, all)).isEqualTo(23);
    assertThat(ProcessTree.ticksOfTree(99, all)).isZero();
  }

  @Test
  void residentMemoryIsTheLineOfThatName() {
    assertThat(ProcessTree.residentBytesOf("VmPeak:\t  9 kB\nVmRSS:\t  2048 kB\nThreads:\t1\n"))
        .hasValue(2048 * 1024);
    assertThat(ProcessTree.residentBytesOf("Name:\tkthreadd\n")).isEmpty();
  }

  @Test
  void thisProcessUsesTimeAndMemory() {
    var self = new ProcessTree(ProcessHandle.current().pid());
    assertThat(self.cpuMicros()).isPositive();
    assertThat(self.residentBytes().orElseThrow()).isPositive();
  }

  @Test
  void liveBytesAreTheTotalOfTheHistogram() {
    var histogram =
        """
        4711:
         num     #instances         #bytes  class name (module)
           1:         12345        1234567  [B (java.base@17)
        Total         23456        3456789
        """;
    assertThat(JavaProcess.totalOf(histogram)).hasValue(3456789);
    assertThat(JavaProcess.totalOf("no such process")).isEmpty();
  }
}
