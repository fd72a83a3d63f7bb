package io.cloudstate.proxy.tracing;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.ingress.grpc.GrpcStatus;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * A span of the library, which ignores what comes after its end.
 *
 * @param received what it was begun with
 * @param isCall whether it has a gRPC status
 */
record FollowedSpan(
    io.opentelemetry.api.trace.Span span, @Nullable TraceContext received, boolean isCall)
    implements Span {

  private static final AttributeKey<Long> STATUS = AttributeKey.longKey("rpc.grpc.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  @Override
  public TraceContext context() {
    return Contexts.of(span.getSpanContext(), received);
  }

  @Override
  public void answered() {
    if (isCall) {
      span.setAttribute(STATUS, (long) Status.Code.OK.value());
    }
    span.end();
  }

  @Override
  public void failed(Failure failure) {
    end(GrpcStatus.code(failure), failure.message());
  }

  @Override
  public void abandoned() {
    end(Status.Code.CANCELLED, "nobody waits for it any more");
  }

  private void end(Status.Code code, String problem) {
    if (isCall) {
      span.setAttribute(STATUS, (long) code.value());
    }
    span.setAttribute(ERROR, code.name());
    span.setStatus(StatusCode.ERROR, problem);
    span.end();
  }
}
