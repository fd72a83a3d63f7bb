package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Problem;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Why an object was not written: somebody has to act, or it passes by itself. */
record Refusal(Problem problem, boolean isPassing) {

  static Refusal of(KubernetesClientException failure, Ref object) {
    var code = failure.getCode();
    var isPassing = code < 400 || code >= 500 || code == 409 || code == 429;
    var status = failure.getStatus();
    var message =
        status == null || status.getMessage() == null ? failure.getMessage() : status.getMessage();
    return new Refusal(
        new Problem(
            "Progressing",
            isPassing ? "ApplyFailed" : "ObjectRefused",
            "%s: %s".formatted(object, message)),
        isPassing);
  }
}
