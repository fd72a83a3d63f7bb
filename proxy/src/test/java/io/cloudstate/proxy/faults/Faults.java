package io.cloudstate.proxy.faults;

import java.util.List;

/** All faults there are, in the order in which they are tried. */
final class Faults {

  static final List<Fault> ALL =
      List.of(
          new NodeFaults.Killed(),
          new NodeFaults.KilledBriefly(),
          new NodeFaults.Stopped(),
          new NodeFaults.RollingRestart(),
          new NodeFaults.Scaled(),
          new NodeFaults.ClockJumps(),
          new NodeFaults.TwoWriters(),
          new NetworkFaults.BothWays(),
          new NetworkFaults.OneWay(),
          new NetworkFaults.Briefly(),
          new FunctionFaults.Killed(),
          new FunctionFaults.Hung(),
          new FunctionFaults.Slow(),
          new FunctionFaults.NewSpec(),
          new DatabaseFaults.Killed(),
          new DatabaseFaults.Slow(),
          new DatabaseFaults.OutOfConnections(),
          new DatabaseFaults.FailedOver());

  private Faults() {}
}
