package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.entity.EntitySession;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.entity.Violations;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedStep.ReadPage;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedStep.Replay;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedStep.Send;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedStep.Write;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The conversation of an event sourced instance: stored events go out first, and what a reply
 * changes are events. Implements spec/event-sourced.md 2 to 8.
 */
final class EventSourcedSession extends EntitySession<EventSourcedStreamOut> {

  private static final Violations VIOLATIONS = new Violations("entity");
  private static final long UNKNOWN = -1;

  private final String serviceName;
  private final String entityId;

  private final Queue<StoredEvent> replay = new ArrayDeque<>(0);

  private long sequence; // of the last event that the function's state holds
  private long journalSequence = UNKNOWN; // of the last event stored, as of loading
  private boolean isInitSent;

  /**
   * A session with nothing loaded.
   *
   * @param maxQueued how many commands may wait behind the one outstanding
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   */
  EventSourcedSession(String serviceName, String entityId, int maxQueued, LongSupplier nanoTime) {
    super(entityId, maxQueued, nanoTime, VIOLATIONS);
    this.serviceName = serviceName;
    this.entityId = entityId;
  }

  boolean hasReplay() {
    return !replay.isEmpty();
  }

  /** The latest snapshot was read, or there is none. */
  List<Step> onSnapshot(Optional<StoredSnapshot> snapshot) {
    if (state() != State.LOADING) {
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
  List<Step> onLastSequence(long lastSequence) {
    if (state() != State.LOADING) {
      return List.of();
    }
    journalSequence = lastSequence;
    return isInitSent ? loadFurther() : List.of();
  }

  /** A page of events was read. */
  List<Step> onPage(List<StoredEvent> page) {
    if (state() != State.LOADING) {
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
    if (state() != State.LOADING) {
      return List.of();
    }
    return storageFailed("loading failed: " + reason);
  }

  /** The events of the last {@link Write} are durable. */
  List<Step> onStored(long lastSequence) {
    if (state() != State.STORING) {
      return List.of();
    }
    sequence = lastSequence;
    return stored();
  }

  @Override
  protected Step command(long id, Call call) {
    return new Send(ProtocolMessages.command(entityId, id, call));
  }

  @Override
  protected List<Step> onOutput(EventSourcedStreamOut message) {
    return switch (message.getMessageCase()) {
      case REPLY -> onReply(message.getReply());
      case FAILURE -> onFailure(message.getFailure());
      case MESSAGE_NOT_SET -> violated(VIOLATIONS.emptyMessage("message"));
    };
  }

  @Override
  protected void unload() {
    replay.clear();
    sequence = 0;
    journalSequence = UNKNOWN;
    isInitSent = false;
  }

  private List<Step> onReply(EventSourcedReply reply) {
    var mistake = mistakeOfReply(reply.getCommandId());
    if (mistake != null) {
      return violated(mistake);
    }
    var answer = ProtocolMessages.answer(reply);
    var isFailure = reply.getClientAction().hasFailure();
    if (isFailure && reply.getClientAction().getFailure().getRestart()) {
      return restart(answer);
    }
    if (isFailure && reply.getEventsCount() > 0) {
      return restartWithout(
          "events with a failure of command %d were dropped".formatted(currentId()), answer);
    }
    if (reply.getEventsCount() > 0) {
      var outgoing = OutgoingReply.of(call(), serviceName, entityId, answer.action());
      var write =
          new Write(
              sequence, ProtocolMessages.events(reply), ProtocolMessages.snapshot(reply), outgoing);
      return store(write, outgoing == null ? answer : answer.inOutbox());
    }
    if (!reply.hasSnapshot()) {
      return answered(answer);
    }
    var steps = new ArrayList<Step>();
    steps.add(
        new Step.Report("snapshot without events in reply to command %d".formatted(currentId())));
    steps.addAll(answered(answer));
    return steps;
  }

  private List<Step> loadFurther() {
    if (journalSequence == UNKNOWN) {
      return List.of();
    }
    return sequence < journalSequence ? List.of(new ReadPage(sequence + 1)) : loaded();
  }
}
