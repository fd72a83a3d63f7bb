package io.cloudstate.proxy.ingress.transcoding;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.ingress.calls.UnaryFormat;
import io.cloudstate.proxy.ingress.grpc.ReplyHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One message in, one out, as JSON.
 *
 * @param query as on the wire, or null
 * @param maxRequestBytes largest message accepted
 */
record UnaryJson(
    Route route,
    RequestPath path,
    @Nullable String query,
    RequestHeaders headers,
    int maxRequestBytes)
    implements UnaryFormat {

  static final String JSON = "application/json";

  @Override
  public RequestMessage read(byte[] body) {
    try {
      var message = route.message(path, query, headers.get("content-type"), body);
      return message.size() > maxRequestBytes
          ? new RequestMessage.Unreadable(tooLarge(message.size()))
          : new RequestMessage.Complete(message);
    } catch (Unbuildable e) {
      return new RequestMessage.Unreadable(new Failure.BadCall(e.problem()));
    }
  }

  /** JSON may be shorter than what it says: numbers above all. */
  private Failure tooLarge(int size) {
    return new Failure.BadCall(
        "request message: %d bytes (expected: <= %d)".formatted(size, maxRequestBytes));
  }

  @Override
  public HttpResponse response(Outcome outcome) {
    if (outcome instanceof Outcome.Replied replied) {
      return response(replied);
    }
    if (outcome instanceof Outcome.Completed) {
      return HttpStatuses.response(noReply());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return HttpStatuses.response(failed.failure());
    }
    throw new AssertionError("unhandled: " + outcome);
  }

  private HttpResponse response(Outcome.Replied replied) {
    try {
      var reply = route.reply(replied.payload().value());
      var type = reply.contentType() == null ? JSON : reply.contentType();
      return HttpResponse.of(head(type, replied.metadata()).build(), reply.body());
    } catch (Route.Unprintable e) {
      return HttpStatuses.response(e.failure());
    }
  }

  /**
   * What goes before a reply.
   *
   * @param contentType empty: none
   */
  static ResponseHeadersBuilder head(String contentType, Metadata metadata) {
    var head = ResponseHeaders.builder(HttpStatus.OK);
    if (isHeaderValue(contentType)) {
      head.add("content-type", contentType);
    }
    if (!metadata.isEmpty()) {
      ReplyHeaders.add(metadata, head);
    }
    return head;
  }

  /** Functions choose it freely: what is no header value must not split the response. */
  private static boolean isHeaderValue(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private Failure noReply() {
    return new Failure.BadReply(
        "the user function ended the call of %s without a reply"
            .formatted(route.target().method().descriptor().getFullName()));
  }
}
