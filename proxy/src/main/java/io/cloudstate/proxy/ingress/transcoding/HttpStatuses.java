package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonObject;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.ingress.grpc.GrpcStatus;
import io.grpc.Status;

/**
 * Turns a failure into an HTTP status and a body; nothing else does. The status follows from the
 * gRPC one, as {@code google.rpc.Code} has it, and the body is like {@code google.rpc.Status}:
 *
 * <pre>
 *   {"code":3,"status":"INVALID_ARGUMENT","message":"..."}
 * </pre>
 *
 * <p>What the user function says, or the proxy of it, is a text of its own (spec/ingress.md 7.5):
 * status 500 with exactly that text.
 */
final class HttpStatuses {

  /** Seconds after which a call may be repeated that was not executed. */
  private static final String RETRY_AFTER = "1";

  private HttpStatuses() {}

  static HttpResponse response(Failure failure) {
    if (failure instanceof Failure.Refused || failure instanceof Failure.UserFunctionFailed) {
      return HttpResponse.of(
          ResponseHeaders.of(
              HttpStatus.INTERNAL_SERVER_ERROR, "content-type", "text/plain; charset=UTF-8"),
          HttpData.ofUtf8(failure.message()));
    }
    return response(status(code(failure)), failure);
  }

  /** With a status other than the one that follows from the failure. */
  static HttpResponse response(HttpStatus status, Failure failure) {
    var headers = ResponseHeaders.builder(status).add("content-type", "application/json");
    if (status.code() == 429 || status.code() == 503) {
      headers.add("retry-after", RETRY_AFTER);
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(json(failure).toString()));
  }

  /** What is said of a failure in JSON. */
  static JsonObject json(Failure failure) {
    var code = code(failure);
    var json = new JsonObject();
    json.addProperty("code", code.value());
    json.addProperty("status", code.name());
    json.addProperty("message", failure.message());
    return json;
  }

  private static Status.Code code(Failure failure) {
    return GrpcStatus.of(failure).getCode();
  }

  static HttpStatus status(Status.Code code) {
    return switch (code) {
      case OK -> HttpStatus.OK;
      case CANCELLED -> HttpStatus.valueOf(499);
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNKNOWN, INTERNAL, DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
    };
  }
}
