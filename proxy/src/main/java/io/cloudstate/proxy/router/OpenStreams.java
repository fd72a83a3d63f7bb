package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The streamed calls on their way to a router, which may stay open for ever: so that they do not
 * hold up the end of the proxy, and end with a status then. Thread-safe.
 *
 * <p>A streamed command of a CRDT that has had its first answer waits for nothing but changes that
 * others make: {@link #endWatches} ends it at once. Other calls have the time that {@link #endAll}
 * gives them.
 */
public final class OpenStreams implements Router {

  /** For all calls that come, or are still open, when the proxy stops. */
  public static final Failure STOPPING =
      new Failure.UserFunctionUnavailable("the proxy is shutting down");

  private final Router router;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();
  private volatile Set<String> crdts = Set.of();
  private volatile boolean areWatchesEnded;
  private volatile boolean areAllEnded;

  /**
   * @param router takes the calls, until they are ended
   */
  public OpenStreams(Router router) {
    this.router = router;
  }

  /** Tells the services of this catalog apart from now on. */
  public void serve(ServiceCatalog catalog) {
    crdts =
        catalog.services().stream()
            .filter(service -> service.type() == EntityType.CRDT)
            .map(ServiceDefinition::name)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Ends what waits for changes alone, now and as soon as it does. */
  public void endWatches() {
    areWatchesEnded = true;
    open.forEach(Stream::endIfWatch);
  }

  /** Ends every call, those that are yet to come too. */
  public void endAll() {
    areAllEnded = true;
    open.forEach(Stream::end);
  }

  @Override
  public void route(Call call, Consumer<Outcome> whenDone) {
    router.route(call, whenDone);
  }

  @Override
  public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
    var stream = new Stream(listener, crdts.contains(call.service()));
    open.add(stream);
    stream.take(router.stream(call, stream));
    if (areAllEnded) {
      stream.end();
    }
    return stream;
  }

  /** One call; its lock keeps what the listener hears in order. */
  private final class Stream implements StreamedCall, StreamedCall.Listener<Outcome> {

    private final StreamedCall.Listener<Outcome> listener;
    private final boolean isOfCrdt;
    private StreamedCall routed = StreamedCall.ENDED; // until the router has returned it
    private boolean isAnswered;
    private boolean hasEnded;

    Stream(StreamedCall.Listener<Outcome> listener, boolean isOfCrdt) {
      this.listener = listener;
      this.isOfCrdt = isOfCrdt;
    }

    synchronized void take(StreamedCall call) {
      routed = call;
      if (hasEnded) {
        routed.cancel();
      }
    }

    synchronized void endIfWatch() {
      if (isOfCrdt && isAnswered) {
        end();
      }
    }

    synchronized void end() {
      if (isOpen()) {
        close();
        listener.onFailed(STOPPING);
        routed.cancel();
      }
    }

    private boolean isOpen() {
      return !hasEnded;
    }

    private void close() {
      hasEnded = true;
      open.remove(this);
    }

    // --- from the caller

    @Override
    public void request(int replies) {
      routed.request(replies);
    }

    @Override
    public void send(Payload request) {
      routed.send(request);
    }

    @Override
    public void halfClose() {
      routed.halfClose();
    }

    @Override
    public synchronized void cancel() {
      close();
      routed.cancel();
    }

    // --- from the router

    @Override
    public synchronized void onRequested(int requests) {
      if (isOpen()) {
        listener.onRequested(requests);
      }
    }

    @Override
    public synchronized void onNext(Outcome outcome) {
      if (isOpen()) {
        listener.onNext(outcome);
        isAnswered = true;
        if (areWatchesEnded) {
          endIfWatch();
        }
      }
    }

    @Override
    public synchronized void onCompleted() {
      if (isOpen()) {
        close();
        listener.onCompleted();
      }
    }

    @Override
    public synchronized void onFailed(Failure failure) {
      if (isOpen()) {
        close();
        listener.onFailed(failure);
      }
    }
  }
}
