package io.cloudstate.operator.reconcile;

import java.time.Duration;

/**
 * Is told what the controller does, from any of its threads; what takes long here holds up a
 * worker.
 */
public interface ReconcileListener {

  /** What a pass over one resource came to. */
  enum Outcome {
    /** Nothing differed, nothing was written. */
    SETTLED,
    /** Something was applied, removed or said in the status. */
    CHANGED,
    /** The resource cannot be as it is asked for, and says so. */
    REFUSED,
    /** The API server did not do what was asked; it is tried again. */
    FAILED,
    /** There is no such resource any more. */
    GONE
  }

  /** A pass ended. The kind is that of the resource: StatefulService or StatefulStore. */
  void reconciled(String kind, Outcome outcome, Duration duration);

  /** So many resources of a kind are due, those that wait for a later time not counted. */
  void queued(String kind, int length);

  /** One that nobody listens to. */
  static ReconcileListener none() {
    return new ReconcileListener() {
      @Override
      public void reconciled(String kind, Outcome outcome, Duration duration) {}

      @Override
      public void queued(String kind, int length) {}
    };
  }
}
