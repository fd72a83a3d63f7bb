package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.eventsourced.Step.Cancel;
import io.cloudstate.proxy.entity.eventsourced.Step.HalfClose;
import io.cloudstate.proxy.entity.eventsourced.Step.Open;
import io.cloudstate.proxy.entity.eventsourced.Step.Passivate;
import io.cloudstate.proxy.entity.eventsourced.Step.ReadPage;
import io.cloudstate.proxy.entity.eventsourced.Step.Replay;
import io.cloudstate.proxy.entity.eventsourced.Step.Report;
import io.cloudstate.proxy.entity.eventsourced.Step.Respond;
import io.cloudstate.proxy.entity.eventsourced.Step.Send;
import io.cloudstate.proxy.entity.eventsourced.Step.Stop;
import io.cloudstate.proxy.entity.eventsourced.Step.Write;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One instance's conversation with its user function: stored events out, then a command out, a
 * reply back, its events stored, the caller answered, and only then the next command. Pure
 * bookkeeping: takes what happened and returns what to do. Not thread-safe.
 *
 * <pre>
 *            command                loaded              reply with events
 *   ABSENT ──────────► LOADING ──────────────► READY ─────────────────────► STORING
 *     ▲                   │                    │   ▲                          │  │
 *     │                   │ failed             │   └───────── stored ─────────┘  │
 *     │   stream ended    ▼                    │ idle, restart, violation        │ not stored
 *     └──────────────  CLOSING  ◄──────────────┴─────────────────────────────────┘
 * </pre>
 *
 * In CLOSING commands wait; when the stream has ended they open the next one. Implements
 * spec/event-sourced.md 2 to 8.
 */
final class EventSourcedSession {

  enum State {
    ABSENT,
    LOADING,
    READY,
    STORING,
    CLOSING
  }

  private static final long UNKNOWN = -1;

  private final String serviceName;
  private final String entityId;
  private final int maxQueued;
  private final LongSupplier nanoTime;

  private final Deque<Pending> queue = new ArrayDeque<>(2);
  private final Queue<StoredEvent> replay = new ArrayDeque<>(0);

  private State state = State.ABSENT;
  private @Nullable Pending current; // the command that is with the function, or being stored
  private long currentId; // ids count from 1 on each stream
  private long sequence; // of the last event that the function's state holds
  private long journalSequence; // of the last event stored, as of loading; UNKNOWN until it is read
  private boolean isInitSent;
  private @Nullable Answer afterStoring;
  private @Nullable Violation whileStoring; // what ends the instance once its events are stored
  private boolean isStreamEnded;
  private boolean reopenWhenClosed;
  private boolean isStopping;

  /**
   * A session with nothing loaded.
   *
   * @param maxQueued how many commands may wait behind the one outstanding
   * @param nanoTime the clock of {@link io.cloudstate.proxy.call.Call#deadlineNanos()}
   */
  EventSourcedSession(String serviceName, String entityId, int maxQueued, LongSupplier nanoTime) {
    this.serviceName = serviceName;
    this.entityId = entityId;
    this.maxQueued = maxQueued;
    this.nanoTime = nanoTime;
  }

  State state() {
    return state;
  }

  /** Whether a command is with the function right now. */
  boolean isBusy() {
    return state == State.READY && current != null;
  }

  /** Loaded, and nothing to do. */
  boolean isIdle() {
    return state == State.READY && current == null;
  }

  boolean hasReplay() {
    return !replay.isEmpty();
  }

  List<Step> onCommand(Pending command) {
    if (queue.size() >= maxQueued) {
      return List.of(new Respond(command, Answer.failed(queueFull())));
    }
    queue.add(command);
    return switch (state) {
      case ABSENT -> open();
      case READY -> current == null ? nextCommand() : List.of();
      case LOADING, STORING, CLOSING -> List.of();
    };
  }

  /** The latest snapshot was read, or there is none. */
  List<Step> onSnapshot(Optional<StoredSnapshot> snapshot) {
    if (state != State.LOADING) {
      return List.of();
    }
    sequence = snapshot.map(StoredSnapshot::sequence).orElse(0L);
    isInitSent = true;
    var steps = new ArrayList<Step>();
    steps.add(new Send(ProtocolMessages.init(serviceName, entityId, snapshot)));
    steps.addAll(loadFurther());
    return steps;
  }

  /**
   * The journal is ready to be written to. Loading goes on to this event at least: it may have been
   * written by a write that was given up as failed, and is not to be missed.
   */
  List<Step> onJournalReady(long lastSequence) {
    if (state != State.LOADING) {
      return List.of();
    }
    journalSequence = lastSequence;
    return isInitSent ? loadFurther() : List.of();
  }

  /** A page of events was read. */
  List<Step> onPage(List<StoredEvent> page) {
    if (state != State.LOADING) {
      return List.of();
    }
    if (page.isEmpty()) {
      return storageFailed(
          "loading failed: no event %d (expected: up to %d)"
              .formatted(sequence + 1, journalSequence));
    }
    replay.addAll(page);
    return List.of(new Replay());
  }

  /** The stream takes another message; to be called while {@link #hasReplay()}. */
  List<Step> replayNext() {
    var event = replay.remove();
    sequence = event.sequence();
    var send = new Send(ProtocolMessages.event(event));
    if (!replay.isEmpty()) {
      return List.of(send);
    }
    var steps = new ArrayList<Step>();
    steps.add(send);
    steps.addAll(loadFurther());
    return steps;
  }

  /** Snapshot or events could not be read. */
  List<Step> onLoadFailed(String reason) {
    if (state != State.LOADING) {
      return List.of();
    }
    return storageFailed("loading failed: " + reason);
  }

  List<Step> onMessage(EventSourcedStreamOut message) {
    if (state == State.CLOSING || state == State.ABSENT) {
      return List.of(); // section 7: output on a stream that we have ended is ignored
    }
    return switch (message.getMessageCase()) {
      case REPLY -> onReply(message.getReply());
      case FAILURE -> onFailure(message.getFailure());
      case MESSAGE_NOT_SET -> violated(Violation.emptyMessage());
    };
  }

  /** The events of the last {@link Write} are durable. */
  List<Step> onStored(long lastSequence) {
    if (state != State.STORING) {
      return List.of();
    }
    sequence = lastSequence;
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

  /** Whether the events of the last {@link Write} are durable is not known. */
  List<Step> onStoreFailed(String reason) {
    return switch (state) {
      case STORING -> storageFailed("storing failed: " + reason);
      case LOADING ->
          journalSequence == UNKNOWN ? onLoadFailed(reason) : List.of(); // started again to write
      case READY, CLOSING, ABSENT -> List.of(); // the next write starts another writer
    };
  }

  /**
   * The stream ended: in order, because we half-closed it, or out of the blue.
   *
   * @param isUnreachable the function could not be reached, or the connection broke
   * @param wasOpen if not, the function has seen nothing of it
   */
  List<Step> onStreamEnded(boolean isUnreachable, boolean wasOpen, String reason) {
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
      close(steps, new Cancel(reason));
      return steps;
    }
    return violated(
        isUnreachable ? Violation.connectionLost(reason) : Violation.terminated(reason));
  }

  /** The outstanding command has been with the function for too long. */
  List<Step> onCommandTimeout() {
    if (!isBusy()) {
      return List.of();
    }
    var steps = new ArrayList<Step>();
    var why = "command %d was not answered in time".formatted(currentId);
    steps.add(new Report(why));
    respondCurrent(steps, new Failure.TimedOut("The user function did not answer in time"));
    failQueued(steps, Violation.ENTITY_TERMINATED);
    close(steps, new Cancel(why));
    return steps;
  }

  /** Loading has taken too long: the store or the function does not go on. */
  List<Step> onLoadTimeout() {
    if (state != State.LOADING) {
      return List.of();
    }
    var steps = new ArrayList<Step>();
    failQueued(steps, new Failure.TimedOut("The entity could not be loaded in time"));
    close(steps, new Cancel("loading took too long"));
    return steps;
  }

  /** The shard wants the instance gone: finish what is here, then close. */
  List<Step> onStop() {
    isStopping = true;
    return switch (state) {
      case ABSENT -> List.of(new Stop());
      case READY -> current == null ? closeInOrder() : List.of();
      case LOADING, STORING, CLOSING -> List.of();
    };
  }

  /** The instance is going down with work at hand, because of a bug or a shutdown. */
  List<Step> onCrash() {
    var steps = new ArrayList<Step>();
    failAll(steps, Violation.ENTITY_TERMINATED);
    return steps;
  }

  private List<Step> onReply(EventSourcedReply reply) {
    if (state != State.READY || current == null) {
      return violated(Violation.replyWithoutCommand(reply.getCommandId()));
    }
    if (reply.getCommandId() != currentId) {
      return violated(Violation.replyToOtherCommand(reply.getCommandId(), currentId));
    }
    var answer = ProtocolMessages.answer(reply);
    var isFailure = reply.getClientAction().hasFailure();
    if (isFailure && reply.getClientAction().getFailure().getRestart()) {
      return restart(answer);
    }
    if (isFailure && reply.getEventsCount() > 0) {
      // known gap 8: a failed call must not change state; the function's state has diverged
      var steps = new ArrayList<Step>();
      steps.add(
          new Report("events with a failure of command %d were dropped".formatted(currentId)));
      steps.addAll(restart(answer));
      return steps;
    }
    if (reply.getEventsCount() == 0) {
      var steps = new ArrayList<Step>();
      if (reply.hasSnapshot()) {
        steps.add(
            new Report("snapshot without events in reply to command %d".formatted(currentId)));
      }
      steps.addAll(answered(answer));
      return steps;
    }
    state = State.STORING;
    afterStoring = answer;
    return List.of(
        new Write(sequence, ProtocolMessages.events(reply), ProtocolMessages.snapshot(reply)));
  }

  private List<Step> onFailure(EntityOuterClass.Failure failure) {
    var id = failure.getCommandId();
    if (id == 0) {
      return violated(Violation.entityFailure(failure.getDescription()));
    }
    if (state != State.READY || current == null) {
      return violated(Violation.failureOfOtherCommand(id, "none", failure.getDescription()));
    }
    if (id != currentId) {
      var expected = Long.toString(currentId);
      return violated(Violation.failureOfOtherCommand(id, expected, failure.getDescription()));
    }
    return violated(Violation.commandFailure(id, failure.getDescription()));
  }

  /** Section 6: the failure goes out, the queue stays, and a new stream is opened at once. */
  private List<Step> restart(Answer answer) {
    var steps = new ArrayList<Step>();
    respondCurrent(steps, answer);
    close(steps, new HalfClose());
    reopenWhenClosed = true;
    return steps;
  }

  private List<Step> answered(Answer answer) {
    var steps = new ArrayList<Step>(2);
    respondCurrent(steps, answer);
    steps.addAll(nextCommand());
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
      steps.add(new Send(ProtocolMessages.command(entityId, currentId, next.call())));
    } else if (isStopping) {
      steps.addAll(closeInOrder());
    }
    return steps;
  }

  private boolean isAbandoned(Pending pending) {
    var call = pending.call();
    return call.isAbandoned().getAsBoolean() || call.deadlineNanos() - nanoTime.getAsLong() <= 0;
  }

  private List<Step> loadFurther() {
    if (journalSequence == UNKNOWN) {
      return List.of();
    }
    if (sequence < journalSequence) {
      return List.of(new ReadPage(sequence + 1));
    }
    state = State.READY;
    return nextCommand();
  }

  private List<Step> open() {
    state = State.LOADING;
    sequence = 0;
    journalSequence = UNKNOWN;
    isInitSent = false;
    currentId = 0;
    reopenWhenClosed = false;
    whileStoring = null;
    isStreamEnded = false;
    return List.of(new Open());
  }

  private List<Step> closeInOrder() {
    var steps = new ArrayList<Step>();
    close(steps, new HalfClose());
    return steps;
  }

  private void close(List<Step> steps, Step how) {
    state = State.CLOSING;
    replay.clear();
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

  /** Ends the instance; a reply whose events are on their way to the store is still given. */
  private List<Step> violated(Violation violation) {
    if (state == State.STORING) {
      whileStoring = whileStoring == null ? violation : whileStoring;
      return List.of();
    }
    var steps = new ArrayList<Step>();
    if (violation.isReported()) {
      steps.add(new Report(violation.details()));
    }
    respondCurrent(steps, new Failure.UserFunctionFailed(violation.forCaller()));
    failQueued(steps, Violation.ENTITY_TERMINATED);
    close(steps, new HalfClose());
    return steps;
  }

  private List<Step> storageFailed(String details) {
    var steps = new ArrayList<Step>();
    failAll(steps, new Failure.StorageFailed("The store is unavailable"));
    close(steps, new Cancel(details));
    return steps;
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
