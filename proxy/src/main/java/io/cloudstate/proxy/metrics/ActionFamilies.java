package io.cloudstate.proxy.metrics;

import static io.cloudstate.proxy.metrics.CommandFamilies.LABEL;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;

/** Actions have no instances: a command is a call to the function. */
final class ActionFamilies {

  static final String PREFIX = "cloudstate_action_";

  private final CommandFamilies commands;
  private final Counter streamed;

  ActionFamilies(Families families) {
    this.commands = new CommandFamilies(families, PREFIX);
    this.streamed =
        families.counter(
            PREFIX + "streamed_messages_total", "Messages to clients of streamed commands", LABEL);
  }

  /** One action. */
  static final class Recorder extends CommandFamilies.Recorder {
    private final CounterDataPoint streamed;

    Recorder(ActionFamilies families, String name) {
      super(families.commands, name);
      this.streamed = families.streamed.labelValues(name);
    }

    @Override
    public void streamed() {
      streamed.inc();
    }
  }
}
