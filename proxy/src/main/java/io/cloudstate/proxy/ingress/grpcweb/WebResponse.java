package io.cloudstate.proxy.ingress.grpcweb;

import com.linecorp.armeria.common.FilteredHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A gRPC response as gRPC-Web. One object in, one out: who is slow slows the call down as over
 * gRPC. A status without message stays in the headers, where clients look first.
 */
final class WebResponse extends FilteredHttpResponse {

  private static final byte TRAILERS_FLAG = (byte) 0x80;
  private static final int FRAME_HEADER_BYTES = 5;

  private final WebFormat format;

  WebResponse(HttpResponse response, WebFormat format) {
    super(response);
    this.format = format;
  }

  @Override
  protected HttpObject filter(HttpObject object) {
    if (object instanceof ResponseHeaders headers) {
      return headers.toBuilder().set("content-type", format.responseType()).build();
    }
    if (object instanceof HttpHeaders trailers) {
      return written(frame(trailers));
    }
    return object instanceof HttpData data && format.isResponseText()
        ? written(data.array())
        : object;
  }

  private HttpData written(byte[] bytes) {
    return HttpData.wrap(format.isResponseText() ? Base64.getEncoder().encode(bytes) : bytes);
  }

  /** Names are in lower case already: HTTP/2 has no others. */
  static byte[] frame(HttpHeaders trailers) {
    var lines = new StringBuilder();
    trailers.forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
    var text = lines.toString().getBytes(StandardCharsets.UTF_8);
    var frame = new byte[FRAME_HEADER_BYTES + text.length];
    frame[0] = TRAILERS_FLAG;
    for (var i = 1; i < FRAME_HEADER_BYTES; i++) {
      frame[i] = (byte) (text.length >>> (8 * (FRAME_HEADER_BYTES - 1 - i)));
    }
    System.arraycopy(text, 0, frame, FRAME_HEADER_BYTES, text.length);
    return frame;
  }
}
