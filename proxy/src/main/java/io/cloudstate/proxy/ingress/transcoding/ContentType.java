package io.cloudstate.proxy.ingress.transcoding;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a body says it is (spec/ingress.md 7.3). */
final class ContentType {

  private static final String JSON = "application/json";

  private ContentType() {}

  /**
   * JSON, with no parameter but a charset, which is ignored (JSON is UTF-8), and the protocol that
   * Armeria's documentation page names in the commands it writes.
   */
  static void requireJson(@Nullable String contentType) throws Unbuildable {
    if (JSON.equals(contentType)) {
      return;
    }
    if (contentType == null) {
      throw new Unbuildable("content-type: none (expected: application/json)");
    }
    var parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    var isJson = parts[0].strip().equals(JSON);
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip();
      isJson &= parameter.startsWith("charset=") || parameter.equals("protocol=grpc");
    }
    if (!isJson) {
      throw new Unbuildable("content-type: %s (expected: application/json)".formatted(contentType));
    }
  }
}
