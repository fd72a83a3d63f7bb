package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.ingress.calls.RequestSource;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads the messages of a streamed body as they are wanted. The next piece of the body is taken
 * when nothing is left of the last; until then it stays in the client, by the flow control of
 * HTTP/2. Used on the call's event loop only.
 */
final class RequestReader implements RequestSource, Subscriber<HttpObject> {

  private final RequestFrames frames;
  private final Sink sink;
  private @Nullable Subscription body;
  private int wanted;
  private boolean isPieceRequested;
  private boolean isBodyEnded;
  private boolean isOver;

  RequestReader(RequestFrames frames, Sink sink) {
    this.frames = frames;
    this.sink = sink;
  }

  @Override
  public void want(int messages) {
    wanted = (int) Math.min((long) wanted + messages, Integer.MAX_VALUE);
    read();
  }

  @Override
  public void stop() {
    isOver = true;
    if (body != null) {
      body.cancel();
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    body = subscription;
    if (isOver) {
      subscription.cancel();
    }
    read();
  }

  @Override
  public void onNext(HttpObject piece) {
    isPieceRequested = false;
    if (piece instanceof HttpData data) {
      frames.add(data.array());
    }
    read();
  }

  @Override
  public void onComplete() {
    isBodyEnded = true;
    read();
  }

  /** The client went away, or the call is over: the call's end comes by itself. */
  @Override
  public void onError(Throwable cause) {
    isOver = true;
  }

  /** Passes on what is wanted. The end of the body is looked for even if nothing is. */
  private void read() {
    while (!isOver && body != null) {
      var message = wanted > 0 ? frames.next() : null;
      if (message instanceof RequestMessage.Complete complete) {
        wanted--;
        sink.onMessage(complete.bytes());
      } else if (message instanceof RequestMessage.Unreadable unreadable) {
        isOver = true;
        sink.onBadInput(unreadable.failure());
      } else if (wanted == 0 && !frames.isEmpty()) {
        return;
      } else if (isBodyEnded) {
        endOfInput();
      } else {
        requestPiece(body);
        return;
      }
    }
  }

  private void endOfInput() {
    isOver = true;
    if (frames.isEmpty()) {
      sink.onEndOfInput();
    } else {
      sink.onBadInput(GrpcFailures.badFrame("cut off"));
    }
  }

  private void requestPiece(Subscription subscription) {
    if (!isPieceRequested) {
      isPieceRequested = true;
      subscription.request(1);
    }
  }
}
