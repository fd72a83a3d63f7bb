package io.cloudstate.proxy.storage.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotAdapter;
import akka.persistence.typed.internal.JournalFailureException;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.Recovery;
import akka.persistence.typed.javadsl.SignalHandler;
import io.cloudstate.proxy.call.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the journal of one entity. It replays nothing: at its start it reads the number of the
 * last event stored, and from there on only counts.
 *
 * <pre>
 *   start ──Ready──► idle ──Write──► writing ──Written──► idle
 *     │               ├──Write (wrong sequence)──Fenced──► idle
 *     │               └──Stop──► stopped
 *     └──────────────────────────────┴──store fails, or refuses──► failed
 * </pre>
 *
 * Whether the events of a failed write are stored is unknown; the next writer's {@link Ready}
 * tells. A failed writer stops with its cause ({@code ChildFailed} for a parent that watches it)
 * and is not restarted: the parent spawns another one when it needs it. It logs nothing, the parent
 * knows better what to say. {@link Stop}, and a second {@link Write}, wait until an outstanding
 * write has ended.
 */
public final class JournalWriter
    extends EventSourcedBehavior<JournalWriter.Command, Payload, JournalWriter.State> {

  public sealed interface Command {}

  /**
   * Writes events in one atomic batch, then starts saving the snapshot, if there is one, without
   * waiting for it. Answered by {@link Written} or {@link Fenced}, unless the writer fails.
   *
   * @param expectedSequence sequence number of the last event the caller knows; if the journal has
   *     another one, somebody else wrote, and nothing is written
   * @param events at least one
   */
  public record Write(long expectedSequence, List<Payload> events, @Nullable Payload snapshot)
      implements Command {}

  /** Stops the writer after the outstanding write. */
  public enum Stop implements Command {
    INSTANCE
  }

  public sealed interface Result {}

  /**
   * The writer has started; comes once, before every other answer.
   *
   * @param lastSequence number of the last event stored, 0 when there is none
   */
  public record Ready(long lastSequence) implements Result {}

  /**
   * All events of the write are durable. Whether its snapshot is, is not known yet.
   *
   * @param lastSequence number of the last of them
   */
  public record Written(long lastSequence) implements Result {}

  /** Nothing was written: the journal does not end where the caller expected. */
  public record Fenced(long actual, long expected) implements Result {}

  /** Akka wants to see a state; the writer has none, the user function has it. */
  enum State {
    NONE
  }

  private static final EventHandler<State, Payload> COUNT_ONLY = (state, event) -> state;

  /**
   * Fails at once, in silence. Akka's own strategy for a store that fails logs a stack trace for
   * each writer, and takes nothing but a back-off in its place: so one without any restart.
   */
  private static final BackoffSupervisorStrategy FAIL_SILENTLY =
      SupervisorStrategy.restartWithBackoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 0)
          .withMaxRestarts(0)
          .withLoggingEnabled(false);

  private final ActorContext<Command> context;
  private final Set<String> tags;
  private final ActorRef<Result> replyTo;

  // From a write until its snapshot is handed to the store; not kept any longer, it may be large.
  private @Nullable Payload pendingSnapshot;

  private JournalWriter(
      ActorContext<Command> context, PersistenceId id, String tag, ActorRef<Result> replyTo) {
    super(id, FAIL_SILENTLY);
    this.context = context;
    this.tags = Set.of(tag);
    this.replyTo = replyTo;
  }

  /**
   * A writer for one entity. There must be one at a time; the store refuses the later of two that
   * write the same sequence number, and fails it.
   *
   * @param persistenceId the entity's, at most 255 characters
   * @param tag put on each event: the persistence id of the entity's type
   * @param replyTo is told every result
   */
  public static Behavior<Command> create(
      String persistenceId, String tag, ActorRef<Result> replyTo) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    new JournalWriter(
                        context, PersistenceId.ofUniqueId(persistenceId), tag, replyTo)))
        .onFailure(
            JournalFailureException.class, SupervisorStrategy.stop().withLoggingEnabled(false));
  }

  @Override
  public Recovery recovery() {
    return Recovery.disabled();
  }

  @Override
  public State emptyState() {
    return State.NONE;
  }

  @Override
  public SignalHandler<State> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.class,
            (state, signal) -> replyTo.tell(new Ready(lastSequenceNumber(context))))
        .build();
  }

  @Override
  public CommandHandler<Command, Payload, State> commandHandler() {
    return this::onCommand;
  }

  @Override
  public EventHandler<State, Payload> eventHandler() {
    return COUNT_ONLY;
  }

  @Override
  public Set<String> tagsFor(Payload event) {
    return tags;
  }

  @Override
  public boolean shouldSnapshot(State state, Payload event, long sequence) {
    return pendingSnapshot != null;
  }

  /** Puts the user function's snapshot where Akka would store the actor's state. */
  @Override
  public SnapshotAdapter<State> snapshotAdapter() {
    return new SnapshotAdapter<>() {
      @Override
      public Object toJournal(State state) {
        var snapshot = pendingSnapshot;
        pendingSnapshot = null;
        if (snapshot == null) {
          throw new AssertionError("snapshot taken twice");
        }
        return snapshot;
      }

      @Override
      public State fromJournal(Object from) {
        throw new AssertionError("snapshots are not read here");
      }
    };
  }

  private Effect<Payload, State> onCommand(State state, Command command) {
    if (command instanceof Write write) {
      return onWrite(write);
    }
    if (command instanceof Stop) {
      return Effect().stop();
    }
    throw new AssertionError("unhandled: " + command);
  }

  private Effect<Payload, State> onWrite(Write write) {
    var last = lastSequenceNumber(context);
    if (last != write.expectedSequence()) {
      replyTo.tell(new Fenced(last, write.expectedSequence()));
      return Effect().none();
    }
    pendingSnapshot = write.snapshot();
    return Effect()
        .persist(write.events())
        .thenRun(() -> replyTo.tell(new Written(last + write.events().size())));
  }
}
