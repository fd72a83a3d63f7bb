package io.cloudstate.proxy.ingress.grpcweb;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a gRPC-Web request and its response are written (spec/ingress.md 5).
 *
 * @param suffix of both content types: empty, or {@code +proto}
 * @param isRequestText whether the request's body is base64
 * @param isResponseText whether the response's body shall be base64
 */
record WebFormat(String suffix, boolean isRequestText, boolean isResponseText) {

  private static final String BINARY = "application/grpc-web";
  private static final String TEXT = "application/grpc-web-text";
  private static final String PROTO = "+proto";

  /** The format of a request, or null if it is no gRPC-Web. */
  static @Nullable WebFormat of(RequestHeaders headers) {
    var contentType = headers.get("content-type");
    if (contentType == null
        || headers.method() != HttpMethod.POST
        || !contentType.regionMatches(true, 0, BINARY, 0, BINARY.length())) {
      return null;
    }
    var type = withoutParameters(contentType);
    var suffix = type.endsWith(PROTO) ? PROTO : "";
    var base = type.substring(0, type.length() - suffix.length());
    if (!base.equals(BINARY) && !base.equals(TEXT)) {
      return null;
    }
    var isText = base.equals(TEXT);
    return new WebFormat(suffix, isText, wantsText(headers.get("accept", ""), isText));
  }

  String requestType() {
    return "application/grpc" + suffix;
  }

  String responseType() {
    return (isResponseText ? TEXT : BINARY) + suffix;
  }

  /** What is accepted counts; who does not say gets what it sent. */
  private static boolean wantsText(String accept, boolean sendsText) {
    var lowerCase = accept.toLowerCase(Locale.ROOT);
    return lowerCase.contains(TEXT) || (sendsText && !lowerCase.contains(BINARY));
  }

  private static String withoutParameters(String contentType) {
    var end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
