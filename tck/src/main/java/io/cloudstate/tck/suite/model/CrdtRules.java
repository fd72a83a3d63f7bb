package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.CONFIGURED;
import static io.cloudstate.tck.suite.model.CrdtEntity.MODEL;
import static io.cloudstate.tck.suite.model.CrdtEntity.TWO;
import static io.cloudstate.tck.suite.model.Declarations.declares;
import static io.cloudstate.tck.suite.model.Declarations.declaresTimeout;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** CRDTs (spec: crdt.md section 13.1): discovery, each type, and what commands may answer. */
final class CrdtRules {

  private static final String TYPE = "cloudstate.crdt.Crdt";

  static Group<ScriptedProxy> group() {
    var group = discovery(Group.original("crdt", "CRDTs"));
    group = CrdtCounterRules.addTo(group);
    group = CrdtSetRules.addTo(group);
    group = CrdtRegisterRules.addTo(group);
    group = CrdtMapRules.addTo(group);
    group = CrdtVoteRules.addTo(group);
    return CrdtCommandRules.addTo(group);
  }

  private static Group<ScriptedProxy> discovery(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-d1",
            "Discovery declares the model and its second service as CRDTs",
            proxy -> {
              declares(proxy, MODEL, TYPE);
              declares(proxy, TWO, TYPE);
            })
        .rule(
            "cm-d2",
            "Discovery declares the configured service as a CRDT with a passivation time-out of 100"
                + " ms",
            proxy -> {
              declares(proxy, CONFIGURED, TYPE);
              declaresTimeout(proxy, CONFIGURED, 100);
            });
  }

  private CrdtRules() {}
}
