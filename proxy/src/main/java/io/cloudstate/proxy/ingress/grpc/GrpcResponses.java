package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.grpc.Status;

/** What goes back over the wire for each way a call can end. */
final class GrpcResponses {

  private static final HttpHeaders OK = HttpHeaders.of("grpc-status", "0");

  private GrpcResponses() {}

  static HttpResponse of(Outcome outcome, boolean gzip) {
    if (outcome instanceof Outcome.Replied replied) {
      var message = replied.payload().value();
      return HttpResponse.of(
          ReplyHeaders.of(replied.metadata(), gzip),
          HttpData.wrap(gzip ? ReplyMessage.gzipped(message) : ReplyMessage.plain(message)),
          OK);
    }
    if (outcome instanceof Outcome.Completed) {
      return status(Status.OK);
    }
    if (outcome instanceof Outcome.Failed failed) {
      return of(failed.failure());
    }
    throw new AssertionError("unhandled: " + outcome.getClass());
  }

  static HttpResponse of(Failure failure) {
    return status(GrpcStatus.of(failure));
  }

  /** What comes after the last message of a stream. */
  static HttpHeaders trailers(Status status) {
    if (status.isOk()) {
      return OK;
    }
    var trailers = HttpHeaders.builder();
    trailers.add("grpc-status", Integer.toString(status.getCode().value()));
    addMessage(status, trailers);
    return trailers.build();
  }

  /** A response of headers only, as gRPC wants it where there is no message. */
  static HttpResponse status(Status status) {
    var headers =
        ResponseHeaders.builder(200)
            .endOfStream(true) // an empty body after it would be an error to clients
            .add("content-type", "application/grpc")
            .add("grpc-accept-encoding", "gzip")
            .add("grpc-status", Integer.toString(status.getCode().value()));
    addMessage(status, headers);
    return HttpResponse.of(headers.build());
  }

  private static void addMessage(Status status, HttpHeadersBuilder headers) {
    var description = status.getDescription();
    if (description != null && !description.isEmpty()) {
      headers.add("grpc-message", StatusMessage.encoded(description));
    }
  }
}
