package io.cloudstate.operator.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What becomes of a pod. */
sealed interface Answer {

  /** It is made as it is, for a reason. */
  record Unchanged(String reason) implements Answer {}

  /** It is made with the proxy. */
  record Patched(JsonNode patch, List<String> warnings) implements Answer {
    public Patched {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It is not made.
   *
   * @param code as in HTTP: 422 if the pod has to be changed, 503 if it is worth another try
   */
  record Refused(int code, String reason, String message) implements Answer {}
}
