package io.cloudstate.proxy.ingress.transcoding;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.ingress.calls.RequestSource;
import io.netty.channel.EventLoop;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one message of a body as all the input of a method that streams requests. Used on the call's
 * event loop only.
 */
final class OneRequest implements RequestSource {

  private final Sink sink;
  private @Nullable RequestMessage message; // as soon as the body is there
  private boolean isWanted;
  private boolean isOver;

  private OneRequest(Sink sink) {
    this.sink = sink;
  }

  static OneRequest read(
      HttpRequest request,
      Function<byte[], RequestMessage> format,
      Sink sink,
      EventLoop eventLoop) {
    var source = new OneRequest(sink);
    // On failure the client went away or the server ended the call: either way it is answered.
    var unused =
        request
            .aggregate(eventLoop)
            .thenAcceptAsync(body -> source.onBody(format, body), eventLoop);
    return source;
  }

  private void onBody(Function<byte[], RequestMessage> format, AggregatedHttpRequest body) {
    message = format.apply(body.content().array());
    pass();
  }

  @Override
  public void want(int messages) {
    isWanted = true;
    pass();
  }

  @Override
  public void stop() {
    isOver = true;
  }

  private void pass() {
    if (isOver) {
      return;
    }
    if (message instanceof RequestMessage.Unreadable unreadable) {
      isOver = true;
      sink.onBadInput(unreadable.failure());
    } else if (isWanted && message instanceof RequestMessage.Complete complete) {
      isOver = true;
      sink.onMessage(complete.bytes());
      sink.onEndOfInput();
    }
  }
}
