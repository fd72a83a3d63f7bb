package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import java.util.Base64;
import java.util.Locale;

/**
 * The headers before a reply. The user function's metadata is added as far as the wire can carry
 * it: what belongs to the transport, is no valid header, or is over {@link #MAX_METADATA_BYTES} is
 * left out, because it would break the call or, if the peer refuses the header block, all calls on
 * the connection.
 */
public final class ReplyHeaders {

  /** Clients accept 8 KiB of headers unless told otherwise; the rest is for our own. */
  static final int MAX_METADATA_BYTES = 7 * 1024;

  /** What HTTP/2 counts for a header beside its name and value. */
  private static final int OVERHEAD_BYTES = 32;

  private static final ResponseHeaders PLAIN =
      ResponseHeaders.of(
          HttpStatus.OK, "content-type", "application/grpc", "grpc-accept-encoding", "gzip");
  private static final ResponseHeaders GZIP =
      PLAIN.toBuilder().add("grpc-encoding", "gzip").build();

  private ReplyHeaders() {}

  static ResponseHeaders of(Metadata metadata, boolean gzip) {
    var headers = gzip ? GZIP : PLAIN;
    if (metadata.isEmpty()) {
      return headers;
    }
    var builder = headers.toBuilder();
    add(metadata, builder);
    return builder.build();
  }

  /** Adds what the wire can carry. */
  public static void add(Metadata metadata, HttpHeadersBuilder builder) {
    int room = MAX_METADATA_BYTES;
    for (var entry : metadata.entries()) {
      room -= add(entry, room, builder);
    }
  }

  /**
   * The trailers after an orderly end, with the metadata of a reply that was not the first: gRPC
   * has no other place for them.
   */
  static HttpHeaders trailers(Metadata metadata) {
    var builder = HttpHeaders.builder().add("grpc-status", "0");
    add(metadata, builder);
    return builder.build();
  }

  /** Adds the entry if it is valid and fits; answers the room it took. */
  private static int add(Entry entry, int room, HttpHeadersBuilder builder) {
    var name = name(entry);
    if (HeaderNames.isReserved(name) || !HeaderNames.isValid(name)) {
      return 0;
    }
    if (entry instanceof Entry.Binary binary && binary.value().size() > room) {
      return 0;
    }
    var value = value(entry);
    int size = name.length() + value.length() + OVERHEAD_BYTES;
    if (size > room || !isValid(name, value)) {
      return 0;
    }
    builder.add(name, value);
    return size;
  }

  private static String name(Entry entry) {
    var name = entry.key().toLowerCase(Locale.ROOT);
    return entry instanceof Entry.Binary && !name.endsWith(HeaderNames.BINARY_SUFFIX)
        ? name + HeaderNames.BINARY_SUFFIX
        : name;
  }

  private static String value(Entry entry) {
    if (entry instanceof Entry.Text text) {
      return text.value();
    }
    if (entry instanceof Entry.Binary binary) {
      return Base64.getEncoder().withoutPadding().encodeToString(binary.value().toByteArray());
    }
    throw new AssertionError("unhandled: " + entry.getClass());
  }

  private static boolean isValid(String name, String value) {
    if (!name.endsWith(HeaderNames.BINARY_SUFFIX)) {
      return HeaderNames.isValidValue(value);
    }
    try {
      // Clients decode it before anybody asks for it; what is no base64 fails the call there.
      Base64.getDecoder().decode(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
