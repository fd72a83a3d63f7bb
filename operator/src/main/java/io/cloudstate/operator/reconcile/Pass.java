package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;

/** Takes one resource from what it asks for to its status. Idempotent. */
interface Pass {

  /** Throws if nothing could be said about it in its status; it is tried again then. */
  Outcome over(Key key, int failuresBefore);
}
