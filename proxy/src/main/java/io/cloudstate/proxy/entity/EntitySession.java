package io.cloudstate.proxy.entity;

import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.Step.Cancel;
import io.cloudstate.proxy.entity.Step.HalfClose;
import io.cloudstate.proxy.entity.Step.Open;
import io.cloudstate.proxy.entity.Step.Passivate;
import io.cloudstate.proxy.entity.Step.Report;
import io.cloudstate.proxy.entity.Step.Respond;
import io.cloudstate.proxy.entity.Step.Stop;
import io.cloudstate.proxy.entity.Violations.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One instance's conversation with its user function: its state out, then a command out, a reply
 * back, what it changes stored, the caller answered, and only then the next command. Pure
 * bookkeeping: takes what happened and returns what to do. Not thread-safe.
 *
 * <pre>
 *            command                loaded              reply with a change
 *   ABSENT ──────────► LOADING ──────────────► READY ─────────────────────► STORING
 *     ▲                   │                    │   ▲                          │  │
 *     │                   │ failed             │   └───────── stored ─────────┘  │
 *     │   stream ended    ▼                    │ idle, restart, violation        │ not stored
 *     └──────────────  CLOSING  ◄──────────────┴─────────────────────────────────┘
 * </pre>
 *
 * In CLOSING commands wait; when the stream has ended they open the next one. What is loaded, what
 * a reply may change and how that is written is the kind's own. Implements spec/event-sourced.md 2
 * to 8, which hold for all kinds with stored state.
 *
 * @param <O> the function's messages
 */
public abstract class EntitySession<O> {

  public enum State {
    ABSENT,
    LOADING,
    READY,
    STORING,
    CLOSING
  }

  private final String entityId;
  private final int maxQueued;
  private final LongSupplier nanoTime;
  private final Violations violations;

  private final Deque<Pending> queue = new ArrayDeque<>(2);

  private State state = State.ABSENT;
  private @Nullable Pending current; // the command that is with the function, or being stored
  private long currentId; // ids count from 1 on each stream
  private @Nullable Answer afterStoring;
  private @Nullable Violation whileStoring; // what ends the instance once its change is stored
  private Ending lastEnd = Ending.PASSIVATED;
  private boolean isStreamEnded;
  private boolean reopenWhenClosed;
  private boolean isStopping;

  /**
   * A session with nothing loaded.
   *
   * @param maxQueued how many commands may wait behind the one outstanding
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   */
  protected EntitySession(
      String entityId, int maxQueued, LongSupplier nanoTime, Violations violations) {
    this.entityId = entityId;
    this.maxQueued = maxQueued;
    this.nanoTime = nanoTime;
    this.violations = violations;
  }

  /** The message that hands a command to the function. */
  protected abstract Step command(long id, Call call);

  /** What the function sent, while it may send: in LOADING, READY and STORING. */
  protected abstract List<Step> onOutput(O message);

  /** Forgets what was loaded: it is not the function's state any more. */
  protected abstract void unload();

  public final State state() {
    return state;
  }

  /** Whether a command is with the function right now. */
  public final boolean isBusy() {
    return state == State.READY && current != null;
  }

  /** Loaded, and nothing to do. */
  public final boolean isIdle() {
    return state == State.READY && current == null;
  }

  /** Whether commands are taken, be it that they wait. */
  final boolean isLoaded() {
    return state == State.READY || state == State.STORING;
  }

  /** Whether one more command would be refused. */
  final boolean isFull() {
    return queue.size() >= maxQueued;
  }

  /** The command that is with the function, or being stored. */
  final @Nullable Pending current() {
    return current;
  }

  /** The first of those that wait. */
  final @Nullable Pending next() {
    return queue.peek();
  }

  final int waiting() {
    return queue.size();
  }

  /** The current one and those that wait. */
  final void forEachCommand(Consumer<Pending> action) {
    if (current != null) {
      action.accept(current);
    }
    queue.forEach(action);
  }

  /** How the last conversation has ended, or is about to. */
  final Ending lastEnd() {
    return lastEnd;
  }

  public final List<Step> onCommand(Pending command) {
    if (isFull()) {
      return List.of(new Respond(command, Answer.failed(queueFull())));
    }
    queue.add(command);
    return switch (state) {
      case ABSENT -> open();
      case READY -> current == null ? nextCommand() : List.of();
      case LOADING, STORING, CLOSING -> List.of();
    };
  }

  public final List<Step> onMessage(O message) {
    return switch (state) {
      case ABSENT, CLOSING -> List.of(); // section 7: on a stream that we have ended
      case LOADING, READY, STORING -> onOutput(message);
    };
  }

  /**
   * The stream ended: in order, because we half-closed it, or out of the blue.
   *
   * @param isUnreachable the function could not be reached, or the connection broke
   * @param wasOpen if not, the function has seen nothing of it
   */
  public final List<Step> onStreamEnded(boolean isUnreachable, boolean wasOpen, String reason) {
    if (state == State.ABSENT) {
      return List.of();
    }
    isStreamEnded = true;
    if (state == State.CLOSING) {
      return closed();
    }
    if (isUnreachable && (state == State.LOADING || (state == State.READY && !wasOpen))) {
      var steps = new ArrayList<Step>();
      failAll(steps, new Failure.UserFunctionUnavailable("User function unavailable"));
      close(steps, Ending.FAILED, new Cancel(reason));
      return steps;
    }
    return violated(
        isUnreachable ? violations.connectionLost(reason) : violations.terminated(reason));
  }

  /** The outstanding command has been with the function for too long. */
  public final List<Step> onCommandTimeout() {
    if (!isBusy()) {
      return List.of();
    }
    var steps = new ArrayList<Step>();
    var why = "command %d was not answered in time".formatted(currentId);
    steps.add(new Report(why));
    respondCurrent(steps, new Failure.TimedOut("The user function did not answer in time"));
    failQueued(steps, violations.terminated());
    close(steps, Ending.FAILED, new Cancel(why));
    return steps;
  }

  /** Loading has taken too long: the store or the function does not go on. */
  public final List<Step> onLoadTimeout() {
    if (state != State.LOADING) {
      return List.of();
    }
    var steps = new ArrayList<Step>();
    failQueued(steps, new Failure.TimedOut("The entity could not be loaded in time"));
    close(steps, Ending.FAILED, new Cancel("loading took too long"));
    return steps;
  }

  /** The change was not stored, or nobody knows. */
  public final List<Step> onWriteFailed(String reason) {
    return state == State.STORING ? storageFailed("storing failed: " + reason) : List.of();
  }

  /** A write that comes through after all is fenced off, or is read when the entity loads again. */
  public final List<Step> onWriteTimeout() {
    return onWriteFailed("no answer in time");
  }

  /** The shard wants the instance gone: finish what is here, then close. */
  public final List<Step> onStop() {
    isStopping = true;
    return switch (state) {
      case ABSENT -> List.of(new Stop());
      case READY -> current == null ? closeInOrder() : List.of();
      case LOADING, STORING, CLOSING -> List.of();
    };
  }

  /** The instance is going down with work at hand, because of a bug or a shutdown. */
  public final List<Step> onCrash() {
    var steps = new ArrayList<Step>();
    if (state != State.CLOSING) {
      lastEnd = Ending.FAILED;
    }
    failAll(steps, violations.terminated());
    return steps;
  }

  /** In LOADING: the function has been sent the entity's state. */
  protected final List<Step> loaded() {
    state = State.READY;
    return nextCommand();
  }

  /** What is wrong with a reply to this command: section 4, 1 and 2; null if nothing is. */
  protected final @Nullable Violation mistakeOfReply(long commandId) {
    if (state != State.READY || current == null) {
      return violations.replyWithoutCommand(commandId);
    }
    return commandId == currentId ? null : violations.replyToOtherCommand(commandId, currentId);
  }

  protected final long currentId() {
    return currentId;
  }

  /** The outstanding command's. */
  protected final @Nullable Call call() {
    return current == null ? null : current.call();
  }

  /** Gives the outstanding command its answer: nothing has to be stored. */
  protected final List<Step> answered(Answer answer) {
    var steps = new ArrayList<Step>(2);
    respondCurrent(steps, answer);
    steps.addAll(nextCommand());
    return steps;
  }

  /** Keeps the answer until the change is {@link #stored}, or {@link #storageFailed}. */
  protected final List<Step> store(Step write, Answer answer) {
    state = State.STORING;
    afterStoring = answer;
    return List.of(write);
  }

  /** In STORING: the change is durable. */
  protected final List<Step> stored() {
    state = State.READY;
    var answer = takeAfterStoring();
    var violation = whileStoring;
    if (violation == null) {
      return answered(answer);
    }
    var steps = new ArrayList<Step>();
    respondCurrent(steps, answer);
    steps.addAll(violated(violation));
    return steps;
  }

  /** The store cannot be read or written; the function's state is dropped. */
  protected final List<Step> storageFailed(String details) {
    var steps = new ArrayList<Step>();
    failAll(steps, new Failure.StorageFailed("The store is unavailable"));
    close(steps, Ending.FAILED, new Cancel(details));
    return steps;
  }

  /** Section 6: the failure goes out, the queue stays, and a new stream is opened at once. */
  protected final List<Step> restart(Answer answer) {
    var steps = new ArrayList<Step>();
    respondCurrent(steps, answer);
    close(steps, Ending.RESTARTED, new HalfClose());
    reopenWhenClosed = true;
    return steps;
  }

  /**
   * Known gap 8: a failed call must not change state; what it would have changed is dropped, and
   * the function, whose own state has diverged, starts afresh.
   *
   * @param dropped what was
   */
  protected final List<Step> restartWithout(String dropped, Answer answer) {
    var steps = new ArrayList<Step>();
    steps.add(new Report(dropped));
    steps.addAll(restart(answer));
    return steps;
  }

  /** A failure of the stream itself, or of a command outside its reply: section 5. */
  protected final List<Step> onFailure(EntityOuterClass.Failure failure) {
    var id = failure.getCommandId();
    if (id == 0) {
      return violated(violations.entityFailure(failure.getDescription()));
    }
    if (state != State.READY || current == null) {
      return violated(violations.failureOfOtherCommand(id, "none", failure.getDescription()));
    }
    if (id != currentId) {
      var expected = Long.toString(currentId);
      return violated(violations.failureOfOtherCommand(id, expected, failure.getDescription()));
    }
    return violated(violations.commandFailure(id, failure.getDescription()));
  }

  /** Ends the instance; a reply whose change is on its way to the store is still given. */
  protected final List<Step> violated(Violation violation) {
    if (state == State.STORING) {
      whileStoring = whileStoring == null ? violation : whileStoring;
      return List.of();
    }
    var steps = new ArrayList<Step>();
    if (violation.isReported()) {
      steps.add(new Report(violation.details()));
    }
    respondCurrent(steps, Answer.failed(new Failure.UserFunctionFailed(violation.forCaller())));
    failQueued(steps, violations.terminated());
    close(steps, Ending.FAILED, new HalfClose());
    return steps;
  }

  /** In state READY with nothing outstanding: sends the next command whose caller still waits. */
  private List<Step> nextCommand() {
    var steps = new ArrayList<Step>(1);
    var next = queue.poll();
    while (next != null && isAbandoned(next)) {
      steps.add(
          new Respond(next, Answer.failed(new Failure.TimedOut("The command waited too long"))));
      next = queue.poll();
    }
    if (next != null) {
      current = next;
      currentId++;
      steps.add(command(currentId, next.call()));
    } else if (isStopping) {
      steps.addAll(closeInOrder());
    }
    return steps;
  }

  private boolean isAbandoned(Pending pending) {
    var call = pending.call();
    return call.isAbandoned().getAsBoolean() || call.deadlineNanos() - nanoTime.getAsLong() <= 0;
  }

  private List<Step> open() {
    state = State.LOADING;
    currentId = 0;
    reopenWhenClosed = false;
    whileStoring = null;
    isStreamEnded = false;
    return List.of(new Open());
  }

  private List<Step> closeInOrder() {
    var steps = new ArrayList<Step>();
    close(steps, Ending.PASSIVATED, new HalfClose());
    return steps;
  }

  private void close(List<Step> steps, Ending end, Step how) {
    state = State.CLOSING;
    lastEnd = end;
    unload();
    if (isStreamEnded) {
      steps.addAll(closed());
    } else {
      steps.add(how);
    }
  }

  /** The stream has ended and the session was CLOSING. */
  private List<Step> closed() {
    state = State.ABSENT;
    current = null;
    if (!queue.isEmpty() || (reopenWhenClosed && !isStopping)) {
      return open();
    }
    return List.of(isStopping ? new Stop() : new Passivate());
  }

  private void failAll(List<Step> steps, Failure failure) {
    respondCurrent(steps, failure);
    failQueued(steps, failure);
  }

  private void failQueued(List<Step> steps, Failure failure) {
    for (var waiting : queue) {
      steps.add(new Respond(waiting, Answer.failed(failure)));
    }
    queue.clear();
  }

  private void respondCurrent(List<Step> steps, Failure failure) {
    respondCurrent(steps, Answer.failed(failure));
  }

  private void respondCurrent(List<Step> steps, Answer answer) {
    if (current != null) {
      steps.add(new Respond(current, answer));
      current = null;
    }
  }

  private Answer takeAfterStoring() {
    var answer = afterStoring;
    if (answer == null) {
      throw new AssertionError("nothing was being stored");
    }
    afterStoring = null;
    return answer;
  }

  private Failure queueFull() {
    return new Failure.Overloaded(
        "%d commands wait for entity %s already (expected: at most %d)"
            .formatted(queue.size(), entityId, maxQueued));
  }
}
