package io.cloudstate.proxy.ingress.calls;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of a streamed call and its end look on the wire. Made for one call and used on
 * its event loop only.
 */
public interface StreamFormat {

  /** What a reply becomes, or why it cannot go over this wire. */
  sealed interface ReplyPart {

    record Data(HttpData bytes) implements ReplyPart {}

    record Unwritable(Failure failure) implements ReplyPart {}
  }

  /**
   * Reads a whole body, of a method that takes one message.
   *
   * @param body must not change afterwards: the message may be a part of it
   */
  RequestMessage read(byte[] body);

  /** Starts to read the body of a method that streams requests; nothing is wanted at first. */
  RequestSource source(HttpRequest request, RequestSource.Sink sink, EventLoop eventLoop);

  /** What goes before the first reply, and tells its metadata. */
  ResponseHeaders head(Outcome.Replied first);

  /** What goes before an end without any reply, if it is an orderly one. */
  ResponseHeaders head();

  ReplyPart reply(ByteString message);

  /**
   * What goes last, after an orderly end.
   *
   * @param later metadata of the last reply that had any and was not the first
   */
  @Nullable HttpObject end(Metadata later);

  /** What goes last, after a failure; null if this wire can only be cut off. */
  @Nullable HttpObject end(Failure failure);

  /** The whole response to a call without any reply. */
  HttpResponse response(Outcome outcome);
}
