package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.Ending;
import io.cloudstate.proxy.entity.crdt.Exchange.Phase;
import io.cloudstate.proxy.entity.crdt.Exchange.StreamedMessage;
import io.cloudstate.proxy.entity.crdt.Step.Cancel;
import io.cloudstate.proxy.entity.crdt.Step.Delete;
import io.cloudstate.proxy.entity.crdt.Step.Element;
import io.cloudstate.proxy.entity.crdt.Step.End;
import io.cloudstate.proxy.entity.crdt.Step.Fail;
import io.cloudstate.proxy.entity.crdt.Step.HalfClose;
import io.cloudstate.proxy.entity.crdt.Step.Load;
import io.cloudstate.proxy.entity.crdt.Step.Open;
import io.cloudstate.proxy.entity.crdt.Step.Passivate;
import io.cloudstate.proxy.entity.crdt.Step.ReadLocal;
import io.cloudstate.proxy.entity.crdt.Step.Report;
import io.cloudstate.proxy.entity.crdt.Step.Send;
import io.cloudstate.proxy.entity.crdt.Step.Stop;
import io.cloudstate.proxy.entity.crdt.Step.Write;
import io.cloudstate.proxy.entity.crdt.data.Applied;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.entity.crdt.data.Difference;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Read;
import io.cloudstate.proxy.storage.replicator.WriteLevel;
import io.cloudstate.proxy.storage.replicator.Written;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One CRDT's conversation with its user function on this node: its value out, commands out, replies
 * back, their changes stored, the callers answered; and changes from elsewhere out as deltas, when
 * the function cannot be changing its copy at the same time. Several commands are under way at a
 * time. Pure bookkeeping: takes what happened and returns what to do. Not thread-safe.
 *
 * <pre>
 *            command                  value read
 *   ABSENT ──────────► LOADING ─────────────────────► RUNNING
 *     ▲                   │ deleted                      │
 *     │◄──────────────────┘                              │ stop, deletion, restart, violation
 *     │   stream ended                                   ▼
 *     └───────────────────────────────────────────── CLOSING
 * </pre>
 *
 * The function's stream is not opened before the value has been read, so that it never hears of an
 * entity that is deleted. In CLOSING commands wait; when the stream has ended they open the next
 * one. Implements spec/crdt.md 4 to 9, 12 and 15.
 */
final class CrdtSession {

  enum State {
    ABSENT,
    LOADING,
    RUNNING,
    CLOSING
  }

  /**
   * How much may wait, and how long.
   *
   * @param maxQueued commands that may wait for the function to take them, and elements that may
   *     wait for the first one of their stream
   * @param maxInFlight commands that may be with the function
   * @param replyNanos how long the function may take to reply
   * @param streamStartNanos how long it may take to reply to a streamed command for the first time
   * @param cancelNanos how long it may take to respond to a cancellation
   */
  record Limits(
      int maxQueued, int maxInFlight, long replyNanos, long streamStartNanos, long cancelNanos) {}

  /** No command was replied to. */
  static final long NONE = Long.MIN_VALUE;

  private final String serviceName;
  private final String entityId;
  private final Limits limits;
  private final FunctionsCopy copy;
  private final BooleanSupplier functionTakesMore;
  private final BooleanSupplier storeKeepsUp;
  private final LongSupplier nanoTime;

  private final Waiting queue;
  private final InFlight inFlight = new InFlight();
  private final Answers answers;
  private final Set<Change> writing = new LinkedHashSet<>(2);

  private State state = State.ABSENT;
  private boolean isDeleted; // permanent, for the key
  private boolean isStopping; // the entity is to be absent
  private boolean isDraining; // this conversation is to end, the entity is not
  private boolean isStale; // the store may hold something that the function does not
  private boolean isReading;
  private @Nullable Crdt lastStored; // what the store held when we last saw it, or is about to
  private Ending lastEnd = Ending.PASSIVATED;
  private long repliedSinceNanos = NONE; // when the command was sent that was last replied to
  private @Nullable Exchange replied; // which one that was
  private long generation; // of the function's copy; never counts back
  private int conversation;

  /**
   * A session with nothing loaded.
   *
   * @param functionTakesMore whether a message would go out without being buffered
   * @param storeKeepsUp whether few changes are on their way to the store that nobody waits for
   * @param nanoTime the clock of {@link io.cloudstate.proxy.call.Call#deadlineNanos()}
   */
  CrdtSession(
      String serviceName,
      String entityId,
      Limits limits,
      FunctionsCopy copy,
      BooleanSupplier functionTakesMore,
      BooleanSupplier storeKeepsUp,
      LongSupplier nanoTime) {
    this.serviceName = serviceName;
    this.entityId = entityId;
    this.limits = limits;
    this.copy = copy;
    this.functionTakesMore = functionTakesMore;
    this.storeKeepsUp = storeKeepsUp;
    this.nanoTime = nanoTime;
    this.queue = new Waiting(entityId, limits.maxQueued(), nanoTime);
    this.answers =
        new Answers(entityId, limits.maxQueued(), inFlight, () -> state == State.RUNNING, nanoTime);
  }

  State state() {
    return state;
  }

  boolean isDeleted() {
    return isDeleted;
  }

  /** How the last conversation has ended, or is about to. */
  Ending lastEnd() {
    return lastEnd;
  }

  /** Whether one more command would be refused. */
  boolean isFull() {
    return queue.isFull();
  }

  /** How many commands wait for the function to take them. */
  int waiting() {
    return queue.size();
  }

  /** How many are with the function, streamed ones that are open among them. */
  int inFlight() {
    return inFlight.size();
  }

  /** When the command was sent that was replied to just now, or {@link #NONE}; forgets it. */
  long takeRepliedSinceNanos() {
    var since = repliedSinceNanos;
    repliedSinceNanos = NONE;
    return since;
  }

  /** The command that was replied to just now; forgets it. */
  @Nullable Exchange takeReplied() {
    var last = replied;
    replied = null;
    return last;
  }

  /** A command that is with the function. */
  @Nullable Exchange command(long id) {
    return inFlight.find(id);
  }

  /** Nothing to do, no client waits, and no stream of a client is open. */
  boolean isIdle() {
    return switch (state) {
      case ABSENT -> writing.isEmpty();
      case RUNNING -> inFlight.isEmpty() && queue.isEmpty();
      case LOADING, CLOSING -> false;
    };
  }

  /** Unary and streamed alike. */
  List<Step> onCommand(Exchange command) {
    if (isDeleted) {
      return List.of(new Fail(command, Violation.ENTITY_DELETED));
    }
    if (!queue.add(command)) {
      return List.of(new Fail(command, queue.full()));
    }
    var steps = new ArrayList<Step>(1);
    switch (state) {
      case ABSENT -> load(steps);
      case RUNNING -> sendQueued(steps);
      case LOADING, CLOSING -> {}
    }
    return steps;
  }

  /** The client of a streamed command has gone, or was too slow. */
  List<Step> onClientGone(Exchange exchange) {
    var steps = new ArrayList<Step>(1);
    switch (exchange.phase) {
      case QUEUED -> {
        queue.remove(exchange);
        exchange.phase = Phase.DONE;
      }
      case SENT, WRITING -> exchange.isClientGone = true; // known gap 6: cancelled by the reply
      case STREAMING -> answers.cancelStream(steps, exchange);
      case CANCELLING, DONE -> {}
    }
    return steps;
  }

  /** The value has been read. */
  List<Step> onLoaded(Read<Crdt> stored) {
    if (state != State.LOADING) {
      return List.of();
    }
    var steps = new ArrayList<Step>();
    queue.failAbandoned(steps);
    if (stored instanceof Read.Deleted<Crdt>) {
      isDeleted = true; // known gaps 1 and 3
      queue.failAll(steps, Violation.ENTITY_DELETED);
    }
    if (queue.isEmpty()) {
      state = State.ABSENT;
      letGo(steps);
      return steps;
    }
    lastStored = stored instanceof Read.Found<Crdt> found ? found.value() : null;
    state = State.RUNNING;
    conversation++;
    steps.add(new Open());
    steps.add(new Send(ProtocolMessages.init(serviceName, entityId, copy.load(stored))));
    sendQueued(steps);
    return steps;
  }

  /** The function takes messages again. */
  List<Step> onReady() {
    var steps = new ArrayList<Step>(1);
    if (state == State.RUNNING) {
      settle(steps);
    }
    return steps;
  }

  List<Step> onMessage(CrdtStreamOut message) {
    var isExpected = state == State.RUNNING || (state == State.CLOSING && isDeleted);
    if (!isExpected) {
      return List.of(); // output on a stream that we have ended
    }
    var steps = new ArrayList<Step>(2);
    switch (message.getMessageCase()) {
      case REPLY -> onReply(steps, message.getReply());
      case STREAMED_MESSAGE -> onStreamed(steps, message.getStreamedMessage());
      case STREAM_CANCELLED_RESPONSE -> onCancelled(steps, message.getStreamCancelledResponse());
      case FAILURE -> onFailure(steps, message.getFailure());
      case MESSAGE_NOT_SET -> crash(steps, Violation.emptyMessage());
    }
    return steps;
  }

  /**
   * What became of a {@link Write} that is awaited, or of a {@link Delete}.
   *
   * @param value what the store held right after the change, if it was made
   */
  List<Step> onWritten(Change change, Written result, @Nullable Crdt value) {
    var steps = new ArrayList<Step>(2);
    writing.remove(change);
    lastStored = value;
    if (isOver(change)) {
      answers.answerLate(steps, change, result, isDeleted);
    } else if (result instanceof Written.Done) {
      answers.acknowledged(steps, change);
      written(steps, change, value);
    } else if (result instanceof Written.NotReplicated) {
      answers.notReplicated(steps, change);
      written(steps, change, null);
    } else if (result instanceof Written.Deleted) { // known gap 2: the deletion has won
      answers.acknowledged(steps, change);
      deletedElsewhere(steps);
    } else if (result instanceof Written.Refused refused) {
      answers.refuse(steps, change);
      crash(steps, Violation.refusedByTheStore(refused.reason()));
    } else {
      throw new AssertionError("unhandled: " + result);
    }
    if (state == State.ABSENT) {
      letGo(steps);
    }
    return steps;
  }

  /**
   * After a {@link Write} that was not awaited the store does not hold what it was to: somebody
   * else had changed or deleted the value. The caller has its answer.
   */
  List<Step> onOvertaken(Change change, Written result) {
    if (isOver(change)) {
      return List.of(); // who loads it anew sees what the store holds
    }
    if (result instanceof Written.Refused refused) {
      var steps = new ArrayList<Step>();
      if (state == State.RUNNING) {
        crash(steps, Violation.refusedByTheStore(refused.reason()));
      }
      return steps;
    }
    return result instanceof Written.Deleted ? onKeyDeleted() : lookAgain();
  }

  /** The value as it was on this node when {@link ReadLocal} was asked for. */
  List<Step> onRead(long readGeneration, Read<Crdt> stored) {
    if (state != State.RUNNING || !isReading) {
      return List.of();
    }
    isReading = false;
    lastStored = stored instanceof Read.Found<Crdt> found ? found.value() : null;
    var steps = new ArrayList<Step>(1);
    if (stored instanceof Read.Deleted<Crdt>) {
      deletedElsewhere(steps);
    } else if (readGeneration == generation && inFlight.busy() == 0) {
      isStale = false;
      compare(steps, stored);
    } else {
      readIfStale(steps); // the function has changed its copy meanwhile, or may be about to
    }
    return steps;
  }

  /** Members came or went: votes are counted anew (known gap 16). */
  List<Step> onMembers(View view) {
    copy.lookFrom(view);
    return lookAgain();
  }

  /**
   * The value in the store has changed.
   *
   * @param value what it is said to be, perhaps no longer
   */
  List<Step> onChanged(Crdt value) {
    var isKnown = value == lastStored; // our own change, which comes back
    return isKnown ? List.of() : lookAgain();
  }

  private List<Step> lookAgain() {
    if (state != State.RUNNING) {
      return List.of();
    }
    isStale = true;
    var steps = new ArrayList<Step>(1);
    readIfStale(steps);
    return steps;
  }

  /** The key was deleted, here or elsewhere. */
  List<Step> onKeyDeleted() {
    var steps = new ArrayList<Step>();
    if (state == State.RUNNING) {
      deletedElsewhere(steps);
    }
    return steps;
  }

  /**
   * The stream ended: in order, because we half-closed it, or out of the blue.
   *
   * @param isUnreachable the function could not be reached, or the connection broke
   * @param wasOpen if not, the function has seen nothing of it
   * @param isOrderly the function ended it without an error
   */
  List<Step> onStreamEnded(
      boolean isUnreachable, boolean wasOpen, boolean isOrderly, String reason) {
    var steps = new ArrayList<Step>();
    if (state == State.CLOSING) {
      closed(steps);
    } else if (state == State.RUNNING && isUnreachable && !wasOpen) {
      lastEnd = Ending.FAILED;
      endConversation(steps, Violation.UNAVAILABLE, Violation.UNAVAILABLE);
      queue.failAll(steps, Violation.UNAVAILABLE);
      closed(steps);
    } else if (state == State.RUNNING) {
      var violation =
          isUnreachable
              ? Violation.connectionLost(reason)
              : isOrderly ? Violation.streamClosed() : Violation.streamBroken(reason);
      report(steps, violation);
      lastEnd = Ending.FAILED;
      endConversation(steps, Violation.ENTITY_TERMINATING, Violation.ENTITY_TERMINATING);
      closed(steps);
    }
    return steps;
  }

  /** To be called now and then: gives up what has taken too long. */
  List<Step> onTick() {
    var steps = new ArrayList<Step>();
    if (state != State.RUNNING) {
      return steps;
    }
    var now = nanoTime.getAsLong();
    for (var exchange : inFlight.all()) {
      var waited = now - exchange.sinceNanos;
      if (exchange.phase == Phase.CANCELLING && waited >= limits.cancelNanos()) {
        answers.giveUpCancellation(steps, exchange);
      } else if (exchange.phase == Phase.SENT && !exchange.isExpired && waited >= limit(exchange)) {
        expire(steps, exchange);
      }
    }
    queue.failAbandoned(steps);
    if (!isDraining && queue.waitedNanos() >= limits.replyNanos()) {
      var why = "no command was taken in time (%d wait)".formatted(queue.size());
      queue.failAll(steps, Violation.NOT_ANSWERED);
      crash(steps, Violation.notTaken(why));
      return steps;
    }
    settle(steps);
    return steps;
  }

  /** The entity is to be absent: finish what is here, then close. */
  List<Step> onStop() {
    isStopping = true;
    var steps = new ArrayList<Step>();
    switch (state) {
      case ABSENT -> letGo(steps);
      case RUNNING -> settle(steps);
      case LOADING, CLOSING -> {}
    }
    return steps;
  }

  /** The entity is going down with work at hand, because of a bug or a shutdown. */
  List<Step> onCrash() {
    var steps = new ArrayList<Step>();
    for (var change : writing) {
      if (change.exchange() != null && !change.isCancellation()) {
        answers.fail(steps, change.exchange(), Violation.ENTITY_TERMINATING);
      }
    }
    writing.clear();
    if (state != State.CLOSING) {
      lastEnd = Ending.FAILED;
    }
    endConversation(steps, Violation.ENTITY_TERMINATING, Violation.ENTITY_TERMINATING);
    queue.failAll(steps, Violation.ENTITY_TERMINATING);
    return steps;
  }

  // --- what the function says

  private void onReply(List<Step> steps, CrdtReply reply) {
    var exchange = inFlight.find(reply.getCommandId());
    if (exchange == null || exchange.phase != Phase.SENT) {
      crash(steps, Violation.replyToUnknownCommand(entityId, reply.getCommandId()));
      return;
    }
    if (reply.getStreamed() && !exchange.isStreamed()) {
      crash(steps, Violation.streamedReplyToUnaryCommand(reply.getCommandId()));
      return;
    }
    if (exchange.isExpired) {
      inFlight.revive(exchange);
    }
    repliedSinceNanos = exchange.sinceNanos;
    replied = exchange;
    var change =
        new Change(
            exchange,
            ProtocolMessages.answer(reply),
            reply.getStateAction().getWriteConsistency(),
            false,
            reply.getStreamed(),
            reply.getClientAction().getFailure().getRestart(),
            generation + 1,
            conversation);
    act(steps, change, reply.getStateAction());
  }

  private void onStreamed(List<Step> steps, CrdtStreamedMessage message) {
    var exchange = inFlight.find(message.getCommandId());
    var isOpen =
        exchange != null
            && exchange.isStreamed()
            && exchange.phase != Phase.SENT; // its first reply has come
    if (exchange == null || !isOpen) {
      if (!inFlight.wasCancelled(message.getCommandId())) { // known gap 8
        steps.add(new Report(Violation.streamedMessageForUnknownCommand(message.getCommandId())));
      }
      return;
    }
    var isEmpty = !message.hasClientAction() && message.getSideEffectsCount() == 0;
    var streamed =
        new StreamedMessage(ProtocolMessages.answer(message), isEmpty, message.getEndStream());
    if (exchange.phase == Phase.WRITING) {
      answers.hold(steps, exchange, streamed);
    } else if (exchange.phase == Phase.STREAMING) {
      answers.deliver(steps, exchange, streamed);
    }
  }

  private void onCancelled(List<Step> steps, CrdtStreamCancelledResponse response) {
    var id = response.getCommandId();
    var exchange = inFlight.find(id);
    if (exchange == null ? !inFlight.wasCancelled(id) : exchange.phase != Phase.CANCELLING) {
      crash(steps, Violation.cancelledResponseForUnknownCommand(id));
      return;
    }
    if (exchange == null) {
      inFlight.begin(); // given up as silent, and now it speaks
    } else {
      exchange.phase = Phase.WRITING;
    }
    var change =
        new Change(
            exchange,
            ProtocolMessages.answer(response),
            response.getStateAction().getWriteConsistency(),
            true,
            false,
            false,
            generation + 1,
            conversation);
    act(steps, change, response.getStateAction());
  }

  /**
   * Known gaps 4 and 12: with a command's id it ends that command, without one the conversation.
   */
  private void onFailure(List<Step> steps, EntityOuterClass.Failure failure) {
    var id = failure.getCommandId();
    if (id == 0 && failure.getRestart()) {
      restart(steps);
      return;
    }
    if (id == 0) {
      crash(steps, Violation.entityFailure(failure.getDescription()));
      return;
    }
    var exchange = inFlight.find(id);
    if (exchange == null && !inFlight.wasCancelled(id)) {
      crash(steps, Violation.failureOfUnknownCommand(id, failure.getDescription()));
      return;
    }
    if (exchange != null) {
      failedByFunction(steps, exchange, new Failure.Refused(failure.getDescription()));
    }
    if (failure.getRestart() && state == State.RUNNING) {
      restart(steps);
    } else {
      settle(steps);
    }
  }

  private void failedByFunction(List<Step> steps, Exchange exchange, Failure failure) {
    switch (exchange.phase) {
      case SENT -> {
        if (exchange.isExpired) {
          inFlight.revive(exchange);
        }
        inFlight.end();
        answers.finish(steps, exchange, failure);
      }
      case STREAMING -> answers.finish(steps, exchange, failure);
      case CANCELLING -> {
        inFlight.end();
        answers.forget(steps, exchange);
      }
      case WRITING -> {
        if (exchange.isStreamed()) {
          answers.hold(steps, exchange, new StreamedMessage(Answer.failed(failure), false, true));
        } else {
          crash(steps, Violation.failureOfUnknownCommand(exchange.id, failure.message()));
        }
      }
      case QUEUED, DONE -> throw new AssertionError("not in flight: " + exchange);
    }
  }

  // --- changes

  private void act(List<Step> steps, Change change, CrdtStateAction action) {
    if (isDeleted) { // section 8: the reply is passed on, its change is not
      answers.acknowledged(steps, change);
      return;
    }
    switch (action.getActionCase()) {
      case UPDATE -> {
        var held = copy.apply(action.getUpdate());
        if (held instanceof Applied.Changed changed) {
          generation = change.generation();
          update(steps, change, action.getUpdate(), changed);
        } else if (held instanceof Applied.Illegal illegal) {
          crash(steps, Violation.illegalChange(illegal.reason()));
        } else {
          throw new AssertionError("unhandled: " + held);
        }
      }
      case DELETE -> {
        startWriting(change);
        isDeleted = true;
        copy.forget();
        queue.failAll(steps, Violation.ENTITY_DELETED);
        state = State.CLOSING;
        steps.add(new HalfClose());
        steps.add(new Delete(change));
      }
      case ACTION_NOT_SET -> {
        answers.acknowledged(steps, change);
        operationEnded(steps, change);
      }
    }
  }

  private void update(List<Step> steps, Change change, CrdtDelta delta, Applied.Changed held) {
    if (isAwaited(change, held)) {
      startWriting(change);
      steps.add(new Write(change, delta, held, true));
      return;
    }
    steps.add(new Write(change, delta, held, false));
    lastStored = held.value();
    answers.acknowledged(steps, change);
    operationEnded(steps, change);
  }

  /**
   * Whether the caller has to wait for the store. Not if this node is enough, and as far as we know
   * the store holds what the delta was applied to, nothing else is on its way there, and it makes
   * the same of it: then it holds what the function does, and whoever looks afterwards finds it.
   */
  private boolean isAwaited(Change change, Applied.Changed held) {
    var isLocal = change.level() == WriteLevel.LOCAL;
    var isKnown = lastStored != null && held.before() == lastStored && held.isSameForAll();
    return !(isLocal && isKnown && !isStale && writing.isEmpty() && storeKeepsUp.getAsBoolean());
  }

  private void startWriting(Change change) {
    writing.add(change);
    if (change.exchange() != null) {
      change.exchange().phase = Phase.WRITING;
    }
  }

  /** After a change of the function's copy: does the store hold the same? */
  private void written(List<Step> steps, Change change, @Nullable Crdt value) {
    if (state != State.RUNNING) {
      return;
    }
    var isWhole = value != null && !isStale && change.generation() == generation;
    isStale = isStale || !isWhole;
    inFlight.end();
    if (change.restarts()) {
      restart(steps);
    } else if (isWhole && value != null && inFlight.busy() == 0) {
      compare(steps, new Read.Found<>(value));
      settle(steps);
    } else {
      isStale = true;
      settle(steps);
    }
  }

  private void operationEnded(List<Step> steps, Change change) {
    inFlight.end();
    if (change.restarts()) {
      restart(steps);
    } else {
      settle(steps);
    }
  }

  /** Whether the conversation that it came by has ended meanwhile. */
  private boolean isOver(Change change) {
    return change.conversation() != conversation || state == State.ABSENT;
  }

  // --- what the function is told

  /** After anything that may let something else go on. */
  private void settle(List<Step> steps) {
    if (state != State.RUNNING) {
      return;
    }
    sendQueued(steps);
    var hasToEnd = isDraining || (isStopping && queue.isEmpty());
    if (hasToEnd && inFlight.isQuiet()) {
      closeInOrder(steps);
    } else {
      readIfStale(steps);
    }
  }

  private void sendQueued(List<Step> steps) {
    while (!isDraining && !queue.isEmpty() && inFlight.busy() < limits.maxInFlight()) {
      if (!functionTakesMore.getAsBoolean()) {
        return; // known gap 10: it is slow; what is too much is refused
      }
      var next = queue.next(steps);
      if (next != null) {
        inFlight.send(next, nanoTime.getAsLong());
        steps.add(
            new Send(ProtocolMessages.command(entityId, next.id, next.call, next.isStreamed())));
      }
    }
  }

  /** What the store holds now is read, because notifications come late and in no certain order. */
  private void readIfStale(List<Step> steps) {
    if (isStale && !isReading && mayTell()) {
      isReading = true;
      steps.add(new ReadLocal(generation));
    }
  }

  /** Section 4: whether a delta may be sent, or made of what the store holds. */
  private boolean mayTell() {
    return state == State.RUNNING
        && inFlight.busy() == 0
        && !isStopping
        && !isDraining
        && functionTakesMore.getAsBoolean();
  }

  private void compare(List<Step> steps, Read<Crdt> stored) {
    if (!mayTell()) {
      isStale = true;
      return;
    }
    var difference = copy.follow(stored);
    if (difference instanceof Difference.Delta delta) {
      steps.add(new Send(ProtocolMessages.delta(delta.delta())));
    } else if (difference instanceof Difference.Incompatible) {
      var violation = Violation.incompatibleValue();
      crash(steps, violation, Violation.NOT_REPLICATED, Violation.TERMINATED_UNEXPECTEDLY);
    }
  }

  // --- beginnings and ends

  private void load(List<Step> steps) {
    state = State.LOADING;
    steps.add(new Load());
  }

  private void deletedElsewhere(List<Step> steps) {
    if (state != State.RUNNING) {
      return;
    }
    isDeleted = true;
    lastEnd = Ending.PASSIVATED;
    copy.forget();
    queue.failAll(steps, Violation.ENTITY_DELETED);
    state = State.CLOSING;
    steps.add(new Send(ProtocolMessages.delete()));
    steps.add(new HalfClose());
  }

  /** Section 12: clients of open streams see them end normally. */
  private void closeInOrder(List<Step> steps) {
    for (var exchange : inFlight.all()) {
      if (exchange.phase == Phase.STREAMING) {
        answers.finish(steps, exchange);
      }
    }
    lastEnd = Ending.PASSIVATED;
    endConversation(steps, Violation.ENTITY_TERMINATING, Violation.ENTITY_TERMINATING);
    steps.add(new HalfClose());
  }

  /** Known gap 12: the command has its answer; what the function holds is not to be trusted. */
  private void restart(List<Step> steps) {
    lastEnd = Ending.RESTARTED;
    endConversation(steps, Violation.ENTITY_TERMINATING, Violation.ENTITY_TERMINATING);
    steps.add(new HalfClose());
  }

  private void crash(List<Step> steps, Violation violation) {
    crash(steps, violation, Violation.ENTITY_TERMINATING, Violation.ENTITY_TERMINATING);
  }

  private void crash(
      List<Step> steps, Violation violation, Failure forCommands, Failure forStreams) {
    report(steps, violation);
    lastEnd = Ending.FAILED;
    endConversation(steps, forCommands, forStreams);
    steps.add(new Cancel(violation.details()));
  }

  /**
   * Answers everybody whose command is with the function, except where a change is being written:
   * these callers learn how that went.
   */
  private void endConversation(List<Step> steps, Failure forCommands, Failure forStreams) {
    state = State.CLOSING;
    conversation++;
    isDraining = false;
    isReading = false;
    isStale = false;
    copy.forget();
    for (var exchange : inFlight.reset()) {
      switch (exchange.phase) {
        case SENT -> {
          exchange.phase = Phase.DONE;
          answers.fail(steps, exchange, forCommands);
        }
        case STREAMING -> {
          exchange.phase = Phase.DONE;
          answers.fail(steps, exchange, forStreams);
        }
        case CANCELLING -> {
          exchange.phase = Phase.DONE;
          steps.add(new End(exchange));
        }
        case WRITING, QUEUED, DONE -> {}
      }
    }
  }

  /**
   * The stream has ended. Known gap 13: what was with the function of a deleted entity ends now.
   */
  private void closed(List<Step> steps) {
    endConversation(steps, Violation.ENTITY_DELETED, Violation.ENTITY_DELETED);
    state = State.ABSENT;
    if (queue.isEmpty()) {
      letGo(steps);
    } else {
      load(steps);
    }
  }

  /** A deleted entity stays for a while, to say so. */
  private void letGo(List<Step> steps) {
    if (writing.isEmpty() && isStopping) {
      steps.add(new Stop());
    } else if (writing.isEmpty() && !isDeleted) {
      steps.add(new Passivate());
    }
  }

  /** The caller is answered; the conversation goes on to its end, lest deltas never come again. */
  private void expire(List<Step> steps, Exchange exchange) {
    steps.add(new Report("command %d was not answered in time".formatted(exchange.id)));
    inFlight.expire(exchange);
    isDraining = true;
    if (!exchange.isClientGone && exchange.isStreamed()) {
      steps.add(new Element(exchange, Answer.failed(Violation.NOT_ANSWERED)));
    } else {
      answers.fail(steps, exchange, Violation.NOT_ANSWERED);
    }
    exchange.isClientGone = true;
  }

  private long limit(Exchange exchange) {
    return exchange.isStreamed() ? limits.streamStartNanos() : limits.replyNanos();
  }

  private static void report(List<Step> steps, Violation violation) {
    if (violation.isReported()) {
      steps.add(new Report(violation.details()));
    }
  }
}
