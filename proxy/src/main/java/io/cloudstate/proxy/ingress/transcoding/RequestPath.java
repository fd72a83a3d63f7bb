package io.cloudstate.proxy.ingress.transcoding;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request: what stands between its slashes, decoded each for itself. So an encoded
 * slash does not divide a segment; a plus sign is one, and a colon may be encoded or not.
 *
 * @param segments at least one
 * @param verb what follows the last colon of the last segment, which then ends before it; else null
 */
record RequestPath(List<String> segments, @Nullable String verb) {

  RequestPath {
    segments = List.copyOf(segments);
  }

  /**
   * Takes a path for one without a verb.
   *
   * @param rawPath begins with a slash
   * @return null if it is not percent-encoded UTF-8
   */
  static @Nullable RequestPath of(String rawPath) {
    return of(rawPath.substring(1).split("/", -1), null);
  }

  /** Takes a path for one that ends with a verb; null if it cannot be. */
  static @Nullable RequestPath withVerb(String rawPath) {
    var colon = rawPath.lastIndexOf(':');
    return colon < 0 || colon < rawPath.lastIndexOf('/')
        ? null
        : of(rawPath.substring(1, colon).split("/", -1), rawPath.substring(colon + 1));
  }

  private static @Nullable RequestPath of(String[] encoded, @Nullable String verb) {
    var segments = new ArrayList<String>(encoded.length);
    for (var each : encoded) {
      var segment = decoded(each);
      if (segment == null) {
        return null;
      }
      segments.add(segment);
    }
    return new RequestPath(segments, verb);
  }

  /** The value of a variable: its segments, with slashes between. */
  String part(int from, int to) {
    return to - from == 1 ? segments.get(from) : String.join("/", segments.subList(from, to));
  }

  private static @Nullable String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    var bytes = ByteBuffer.allocate(segment.length() * 3);
    int at = 0;
    while (at < segment.length()) {
      int percent = segment.indexOf('%', at);
      int end = percent < 0 ? segment.length() : percent;
      bytes.put(segment.substring(at, end).getBytes(StandardCharsets.UTF_8));
      if (percent >= 0) {
        int octet = percent + 2 < segment.length() ? octet(segment, percent + 1) : -1;
        if (octet < 0) {
          return null;
        }
        bytes.put((byte) octet);
        end += 3;
      }
      at = end;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static int octet(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
