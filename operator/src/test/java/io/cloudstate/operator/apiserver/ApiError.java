package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a request is refused with, as a Status of meta/v1. */
final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  record Cause(String reason, String field, String message) {}

  private final int code;
  private final String reason;
  private final transient List<Cause> causes;

  ApiError(int code, String reason, String message, List<Cause> causes) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.causes = List.copyOf(causes);
  }

  ApiError(int code, String reason, String message) {
    this(code, reason, message, List.of());
  }

  static ApiError notFound(String what) {
    return new ApiError(404, "NotFound", what + " not found");
  }

  static ApiError conflict(String message) {
    return new ApiError(409, "Conflict", message);
  }

  static ApiError invalid(String message) {
    return new ApiError(422, "Invalid", message);
  }

  static ApiError gone() {
    return new ApiError(410, "Expired", "too old resource version");
  }

  int code() {
    return code;
  }

  ObjectNode status() {
    var status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.put("message", getMessage()).put("reason", reason).put("code", code);
    status.putObject("metadata");
    var list = status.putObject("details").putArray("causes");
    for (var cause : causes) {
      list.addObject()
          .put("reason", cause.reason())
          .put("field", cause.field())
          .put("message", cause.message());
    }
    return status;
  }
}
