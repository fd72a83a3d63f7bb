package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.netty.util.AsciiString;

/**
 * Knative's question whether requests come through (spec/ingress.md 9). It may be sent to any path,
 * and is answered by whoever would forward requests, here instead of the user function.
 */
final class NetworkProbe {

  private static final AsciiString HEADER = AsciiString.cached("k-network-probe");
  private static final String EXPECTED = "queue";

  private NetworkProbe() {}

  static boolean isIn(RequestHeaders headers) {
    return headers.contains(HEADER);
  }

  static HttpResponse answer(RequestHeaders headers) {
    var value = headers.get(HEADER, "");
    return value.equals(EXPECTED)
        ? HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, EXPECTED)
        : HttpResponse.of(
            HttpStatus.BAD_REQUEST,
            MediaType.PLAIN_TEXT_UTF_8,
            "unexpected probe header value: " + value);
  }
}
