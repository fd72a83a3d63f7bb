package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.UnsafeByteOperations;
import com.linecorp.armeria.common.HttpHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The metadata in the headers of a request, or what is wrong with them. */
sealed interface RequestMetadata {

  record Complete(Metadata metadata) implements RequestMetadata {}

  record Unreadable(Failure failure) implements RequestMetadata {}

  /**
   * Everything the client sent of its own, in its order, names in lower case. Headers of HTTP and
   * gRPC themselves are left out; those ending in {@code -bin} are decoded, one entry per value in
   * a comma-separated list.
   */
  static RequestMetadata of(HttpHeaders headers) {
    var entries = new ArrayList<Entry>(headers.size());
    for (var header : headers) {
      var name = header.getKey().toString();
      if (HeaderNames.isReserved(name)) {
        continue;
      }
      if (!name.endsWith(HeaderNames.BINARY_SUFFIX)) {
        entries.add(new Entry.Text(name, header.getValue()));
      } else if (!addDecoded(name, header.getValue(), entries)) {
        return new Unreadable(GrpcFailures.badBinaryHeader(name));
      }
    }
    return new Complete(new Metadata(entries));
  }

  private static boolean addDecoded(String name, String values, List<Entry> entries) {
    for (var value : values.split(",", -1)) {
      try {
        var bytes = Base64.getDecoder().decode(value.strip());
        entries.add(new Entry.Binary(name, UnsafeByteOperations.unsafeWrap(bytes)));
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return true;
  }
}
