package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.UnsafeByteOperations;
import com.linecorp.armeria.common.HttpHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.ingress.calls.IngressFailures;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The metadata in the headers of a request. */
public final class RequestMetadata {

  private RequestMetadata() {}

  /** What is wrong with the headers, or null. */
  public static @Nullable Failure problem(HttpHeaders headers) {
    for (var name : headers.names()) {
      var text = name.toString();
      if (text.endsWith(HeaderNames.BINARY_SUFFIX) && !HeaderNames.isReserved(text)) {
        for (var values : headers.getAll(name)) {
          if (decoded(values) == null) {
            return IngressFailures.badBinaryHeader(text);
          }
        }
      }
    }
    return null;
  }

  /**
   * Everything the client sent of its own, in its order, names in lower case. Headers of HTTP and
   * gRPC themselves are left out; those ending in {@code -bin} are decoded, one entry per value in
   * a comma-separated list. Nothing is done until somebody looks at them: most kinds do not.
   *
   * @param headers without a {@link #problem}
   */
  public static Metadata of(HttpHeaders headers) {
    return Metadata.lazily(() -> entries(headers));
  }

  private static List<Entry> entries(HttpHeaders headers) {
    var entries = new ArrayList<Entry>(headers.size());
    for (var header : headers) {
      var name = header.getKey().toString();
      if (HeaderNames.isReserved(name)) {
        continue;
      }
      if (!name.endsWith(HeaderNames.BINARY_SUFFIX)) {
        entries.add(new Entry.Text(name, header.getValue()));
        continue;
      }
      var values = decoded(header.getValue());
      if (values != null) {
        values.forEach(
            value -> entries.add(new Entry.Binary(name, UnsafeByteOperations.unsafeWrap(value))));
      }
    }
    return entries;
  }

  private static @Nullable List<byte[]> decoded(String values) {
    var decoded = new ArrayList<byte[]>(1);
    for (var value : values.split(",", -1)) {
      try {
        decoded.add(Base64.getDecoder().decode(value.strip()));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return decoded;
  }
}
