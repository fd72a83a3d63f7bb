package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.regex.Pattern;

/** A field that somebody else has given another value, and who that is. */
record Conflict(String field, String manager) {

  static final String REPLICAS = ".spec.replicas";

  private static final Pattern MANAGER = Pattern.compile("conflict with \"([^\"]*)\"");

  /** Those for which something was not applied; none if that had another reason. */
  static List<Conflict> of(KubernetesClientException refusal) {
    var status = refusal.getStatus();
    if (refusal.getCode() != 409 || status == null || status.getDetails() == null) {
      return List.of();
    }
    return status.getDetails().getCauses().stream()
        .filter(cause -> "FieldManagerConflict".equals(cause.getReason()))
        .map(cause -> new Conflict(cause.getField(), managerIn(cause.getMessage())))
        .toList();
  }

  private static String managerIn(String message) {
    var matcher = MANAGER.matcher(message);
    return matcher.find() ? matcher.group(1) : message;
  }
}
