package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulServiceSpec;

/** How many pods a service may have: at least, now, and at most. */
record Size(int least, int intended, int most) {

  static Size of(StatefulServiceSpec spec) {
    var replicas = spec.replicas();
    var scaling = spec.autoscaling();
    if (scaling == null || !scaling.enabled()) {
      return new Size(replicas, replicas, replicas);
    }
    return new Size(
        scaling.minReplicas(),
        Math.max(replicas, scaling.minReplicas()),
        Math.max(replicas, scaling.maxReplicas()));
  }

  /**
   * How many nodes have to find each other before they begin a cluster: more than half of up to
   * five, so that those of a first roll-out never begin two, and three of more (operator.md 15.4).
   */
  int requiredContactPoints() {
    return Math.min(intended / 2 + 1, 3);
  }
}
