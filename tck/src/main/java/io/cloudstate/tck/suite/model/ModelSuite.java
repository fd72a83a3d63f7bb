package io.cloudstate.tck.suite.model;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Suite;
import java.util.List;

/** All rules that a user function has to keep. */
public final class ModelSuite {

  public static Suite<ScriptedProxy> suite() {
    return new Suite<>(
        "model",
        List.of(
            ActionRules.group(),
            ValueRules.group(),
            EventSourcedRules.group(),
            CrdtRules.group(),
            EventLogRules.group()));
  }

  private ModelSuite() {}
}
