package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streamed call between its caller and the kind that answers it: requests go up as they are;
 * answers come down one after the other, each with its side effects first (spec/action.md 5).
 *
 * <p>The kind is asked for a few answers in advance. The next one is looked at when the one before
 * is done with, and when the caller takes a reply; until then answers wait here, and when too many
 * do, because the kind does not count them, the call fails. A forward puts all replies of its
 * target in the place of the answer; meanwhile further answers wait.
 */
final class RoutedStream implements StreamedCall, StreamedCall.Listener<Answer> {

  private static final Logger log = LoggerFactory.getLogger(RoutedStream.class);

  /** How many answers a kind may give in advance. Asked for in halves: each time costs a task. */
  private static final int ADVANCE = 8;

  private final CatalogRouter router;
  private final Hop hop;
  private final Route route;
  private final String entityId;
  private final int maxQueuedAnswers;
  private final StreamedCall.Listener<Outcome> caller;
  private final OneAtATime tasks = new OneAtATime(this::onBug);

  // Touched by tasks only.
  private final Queue<Answer> answers = new ArrayDeque<>();
  private StreamedCall kind = StreamedCall.ENDED;
  private StreamedCall forwarded = StreamedCall.ENDED;
  private @Nullable Payload onlyRequest; // of a forward or an effect, for a method that streams in
  private @Nullable Failure failure; // the kind's
  private int requested; // by the caller, and not delivered yet
  private int doneWith; // answers, since the kind was asked for more
  private boolean isBusy; // with effects or a forward
  private boolean hasKindEnded;
  private boolean hasCallerEnded; // it was told the end, or has cancelled

  /**
   * @param hop the call, a forward or a side effect
   * @param caller gets what comes of it
   */
  RoutedStream(
      CatalogRouter router,
      Hop hop,
      Route route,
      String entityId,
      int maxQueuedAnswers,
      StreamedCall.Listener<Outcome> caller) {
    this.router = router;
    this.hop = hop;
    this.route = route;
    this.entityId = entityId;
    this.maxQueuedAnswers = maxQueuedAnswers;
    this.caller = caller;
  }

  StreamedCall start() {
    tasks.run(this::open);
    return this;
  }

  private void open() {
    var call = hop.call();
    if (hop.number() > 0 && route.method().descriptor().isClientStreaming()) {
      onlyRequest = call.payload();
      call = call.withoutPayload();
    }
    kind = route.kind().stream(route.service(), entityId, call, this);
    kind.request(Math.min(ADVANCE, maxQueuedAnswers));
  }

  // --- the caller

  @Override
  public void request(int replies) {
    tasks.run(() -> onReplyRequested(replies));
  }

  private void onReplyRequested(int replies) {
    requested = (int) Math.min((long) requested + replies, Integer.MAX_VALUE);
    forwarded.request(replies);
    proceed();
  }

  @Override
  public void send(Payload request) {
    tasks.run(() -> kind.send(request));
  }

  @Override
  public void send(Payload request, Metadata metadata) {
    tasks.run(() -> kind.send(request, metadata));
  }

  @Override
  public void halfClose() {
    tasks.run(() -> kind.halfClose());
  }

  @Override
  public void cancel() {
    tasks.run(this::onCancelled);
  }

  private void onCancelled() {
    if (!hasCallerEnded) {
      stop();
    }
  }

  /** Nothing is for the caller any more. */
  private void stop() {
    hasCallerEnded = true;
    answers.clear();
    forwarded.cancel();
    kind.cancel();
  }

  // --- the kind

  @Override
  public void onRequested(int requests) {
    tasks.run(() -> onRequestsRequested(requests));
  }

  private void onRequestsRequested(int requests) {
    if (hop.number() == 0) {
      if (!hasCallerEnded) {
        caller.onRequested(requests);
      }
    } else if (onlyRequest != null) {
      kind.send(onlyRequest);
      kind.halfClose();
      onlyRequest = null;
    }
  }

  @Override
  public void onNext(Answer answer) {
    tasks.run(() -> onAnswer(answer));
  }

  private void onAnswer(Answer answer) {
    if (answers.size() < maxQueuedAnswers) {
      answers.add(answer);
      proceed();
    } else {
      fail(new Failure.Overloaded(tooSlow()));
    }
  }

  @Override
  public void onCompleted() {
    tasks.run(this::onKindEnded);
  }

  @Override
  public void onFailed(Failure cause) {
    tasks.run(
        () -> {
          failure = cause;
          onKindEnded();
        });
  }

  private void onKindEnded() {
    hasKindEnded = true;
    proceed();
  }

  // --- in between

  private void proceed() {
    while (!isBusy && !answers.isEmpty() && (requested > 0 || hasCallerEnded)) {
      look(answers.remove());
    }
    if (!isBusy && answers.isEmpty() && hasKindEnded && !hasCallerEnded) {
      hasCallerEnded = true;
      if (failure == null) {
        caller.onCompleted();
      } else {
        caller.onFailed(failure);
      }
    }
  }

  private void look(Answer answer) {
    var started = hop.forNextAnswer();
    if (answer.effects().isEmpty()) {
      act(started, answer.action());
      return;
    }
    isBusy = true;
    router.runEffects(
        started,
        answer.effects(),
        0,
        () -> tasks.run(() -> afterEffects(started, answer.action())));
  }

  private void afterEffects(Hop started, ClientAction action) {
    isBusy = false;
    act(started, action);
    proceed();
  }

  private void act(Hop started, ClientAction action) {
    if (hasCallerEnded) {
      return;
    }
    if (action instanceof ClientAction.Reply reply) {
      router.checkType(hop, route.method(), reply);
      deliver(new Outcome.Replied(reply.payload(), reply.metadata()));
      doneWithAnswer();
    } else if (action instanceof ClientAction.None) {
      caller.onNext(new Outcome.Completed());
      doneWithAnswer();
    } else if (action instanceof ClientAction.Fail failed) {
      fail(failed.failure());
    } else if (action instanceof ClientAction.Forward forward) {
      isBusy = true;
      forwarded = router.stream(started.forwarded(forward.target()), new Forwarded());
      forwarded.request(requested);
    } else {
      throw new AssertionError("unhandled: " + action);
    }
  }

  private void deliver(Outcome outcome) {
    if (outcome instanceof Outcome.Replied) {
      requested--;
    }
    caller.onNext(outcome);
  }

  private void doneWithAnswer() {
    doneWith++;
    if (doneWith >= ADVANCE / 2 || maxQueuedAnswers < ADVANCE) {
      kind.request(doneWith);
      doneWith = 0;
    }
  }

  private void fail(Failure cause) {
    if (!hasCallerEnded) {
      stop();
      caller.onFailed(cause);
    }
  }

  private String tooSlow() {
    return "%d replies of [%s.%s] wait for the client (expected: at most %d)"
        .formatted(answers.size() + 1, hop.call().service(), hop.call().method(), maxQueuedAnswers);
  }

  private void onBug(Throwable bug) {
    log.atError()
        .addKeyValue("service", hop.call().service())
        .addKeyValue("command", hop.call().method())
        .setCause(bug)
        .log("streamed call failed by a bug");
    fail(new Failure.Misrouted("internal error of the proxy; its log says more"));
  }

  /** Replies of what an answer was forwarded to. */
  private final class Forwarded implements StreamedCall.Listener<Outcome> {

    @Override
    public void onRequested(int requests) {
      // its one request is sent by the stream itself
    }

    @Override
    public void onNext(Outcome outcome) {
      tasks.run(
          () -> {
            if (!hasCallerEnded) {
              deliver(outcome);
            }
          });
    }

    @Override
    public void onCompleted() {
      tasks.run(this::completed);
    }

    private void completed() {
      forwarded = StreamedCall.ENDED;
      isBusy = false;
      doneWithAnswer();
      proceed();
    }

    @Override
    public void onFailed(Failure cause) {
      tasks.run(() -> fail(cause));
    }
  }
}
