package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Which object of which kind. */
record Ref(String kind, Key key) {

  static Ref of(HasMetadata object) {
    return new Ref(object.getKind(), Key.of(object));
  }

  /** As texts name it. */
  @Override
  public String toString() {
    return kind + " " + key.name();
  }
}
