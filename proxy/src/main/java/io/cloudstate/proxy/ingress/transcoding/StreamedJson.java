package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.ingress.calls.RequestSource;
import io.cloudstate.proxy.ingress.calls.StreamFormat;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One message in, which is all of the input; out as many as come, in one of four forms. Lines and
 * events end with what a failure is, if there is one; raw bytes can only be cut off.
 */
final class StreamedJson implements StreamFormat {

  /** How replies are put one after the other. */
  private enum Form {
    /** There is one at most: the method streams requests alone. */
    SINGLE,
    LINES,
    EVENTS,
    RAW
  }

  private static final String EVENT_STREAM = "text/event-stream";
  private static final String LINES_OF_JSON = "application/x-ndjson";

  private final UnaryJson unary;
  private final Form form;
  private String contentType;

  StreamedJson(UnaryJson unary) {
    this.unary = unary;
    var accept = String.join(",", unary.headers().getAll("accept")).toLowerCase(Locale.ROOT);
    this.form = form(unary.route(), accept);
    this.contentType =
        switch (form) {
          case SINGLE -> UnaryJson.JSON;
          case LINES -> accept.contains(LINES_OF_JSON) ? LINES_OF_JSON : UnaryJson.JSON;
          case EVENTS -> EVENT_STREAM;
          case RAW -> "application/octet-stream";
        };
  }

  private static Form form(Route route, String accept) {
    if (!route.isServerStreaming()) {
      return Form.SINGLE;
    }
    if (route.repliesRaw()) {
      return Form.RAW;
    }
    return accept.contains(EVENT_STREAM) ? Form.EVENTS : Form.LINES;
  }

  @Override
  public RequestMessage read(byte[] body) {
    return unary.read(body);
  }

  @Override
  public RequestSource source(HttpRequest request, RequestSource.Sink sink, EventLoop eventLoop) {
    return OneRequest.read(request, unary::read, sink, eventLoop);
  }

  @Override
  public ResponseHeaders head(Outcome.Replied first) {
    if (form == Form.RAW) {
      first.metadata().entries().stream()
          .filter(entry -> entry.key().equalsIgnoreCase("content-type"))
          .filter(Entry.Text.class::isInstance)
          .findFirst()
          .ifPresent(entry -> contentType = ((Entry.Text) entry).value());
    }
    return head(first.metadata());
  }

  @Override
  public ResponseHeaders head() {
    return head(Metadata.EMPTY);
  }

  private ResponseHeaders head(Metadata metadata) {
    var head = UnaryJson.head(contentType, metadata);
    if (form == Form.EVENTS && !head.contains("cache-control")) {
      head.add("cache-control", "no-cache");
    }
    return head.build();
  }

  @Override
  public ReplyPart reply(ByteString message) {
    try {
      var reply = unary.route().reply(message);
      var type = reply.contentType();
      if (type != null && !type.isEmpty()) {
        contentType = type; // of the first one, which is printed before the head
      }
      return new ReplyPart.Data(
          switch (form) {
            case SINGLE, RAW -> reply.body();
            case LINES -> between("", reply.body(), "\n");
            case EVENTS -> between("data: ", reply.body(), "\n\n");
          });
    } catch (Route.Unprintable e) {
      return new ReplyPart.Unwritable(e.failure());
    }
  }

  private static HttpData between(String before, HttpData body, String after) {
    var bytes = new byte[before.length() + body.length() + after.length()];
    System.arraycopy(ascii(before), 0, bytes, 0, before.length());
    System.arraycopy(body.array(), 0, bytes, before.length(), body.length());
    System.arraycopy(ascii(after), 0, bytes, before.length() + body.length(), after.length());
    return HttpData.wrap(bytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public @Nullable HttpObject end(Metadata later) {
    return null;
  }

  @Override
  public @Nullable HttpObject end(Failure failure) {
    return switch (form) {
      case SINGLE, RAW -> null;
      case LINES -> {
        var error = new JsonObject();
        error.add("error", HttpStatuses.json(failure));
        yield HttpData.ofUtf8(error + "\n");
      }
      case EVENTS -> HttpData.ofUtf8("event: error\ndata: " + HttpStatuses.json(failure) + "\n\n");
    };
  }

  @Override
  public HttpResponse response(Outcome outcome) {
    return form != Form.SINGLE && outcome instanceof Outcome.Completed
        ? HttpResponse.of(head())
        : unary.response(outcome);
  }
}
