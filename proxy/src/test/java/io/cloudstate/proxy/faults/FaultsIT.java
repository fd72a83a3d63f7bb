package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.faults.Result.Skipped;
import io.cloudstate.proxy.faults.Result.Tried;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises 1, 2 and 7 of the design on three nodes, for the faults that break most; all of them, at
 * the usual pace, by {@code proxy/faults}.
 */
class FaultsIT {

  private static final long SEED = 1;

  @Test
  void nothingAcknowledgedIsLostDoubledOrReordered(@TempDir Path directory) throws Exception {
    var faults =
        List.of(
            new NodeFaults.Killed(),
            new NodeFaults.Stopped(),
            new NetworkFaults.BothWays(),
            new DatabaseFaults.Killed(),
            new NodeFaults.RollingRestart());
    var tried = new ArrayList<Tried>();
    try (var network = Network.open();
        var world = World.start(network, directory, Pace.quick(), new Random(SEED))) {
      var suite = new Suite(world);
      for (var fault : faults) {
        var result = suite.run(fault);
        System.out.print(Report.lines(result));
        if (result instanceof Tried one) {
          tried.add(one);
        } else {
          assertThat(result).isInstanceOf(Skipped.class);
        }
      }
    }
    assertThat(tried).hasSizeGreaterThanOrEqualTo(faults.size() - 1);
    assertThat(tried)
        .allSatisfy(
            one -> {
              assertThat(one.wrongs()).isEmpty();
              assertThat(one.counts().acknowledged()).isPositive();
              assertThat(one.sets().counts().acknowledged()).isPositive();
            });
  }
}
