package io.cloudstate.tck.driver;

import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.List;
import java.util.Map;

/** What the other side of a call can do. */
public sealed interface Signal<I extends Message> {

  /** It sent a message. */
  record Received<I extends Message>(I message) implements Signal<I> {}

  /**
   * It ended its side; nothing comes after it.
   *
   * @param status of a client's call, what the server ended it with; of a call to the function, OK
   *     for a half-close and CANCELLED for everything else
   * @param trailers of a client's call
   */
  record Ended<I extends Message>(Status status, Map<String, List<String>> trailers)
      implements Signal<I> {

    /** As reports show it. */
    public String text() {
      var description = status.getDescription();
      return "end: " + status.getCode() + (description == null ? "" : " \"" + description + "\"");
    }
  }
}
