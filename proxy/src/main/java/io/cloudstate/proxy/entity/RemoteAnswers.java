package io.cloudstate.proxy.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who waits on this node for answers of entities on others. There are as many as calls are under
 * way, which the ingress bounds. A node that crashes answers nothing: commands for shards that it
 * answered for last are given up when the cluster removes it, others some time after their
 * deadline. Thread-safe.
 */
final class RemoteAnswers implements Extension {

  sealed interface Message {}

  /**
   * The answer to the command that was sent under this number.
   *
   * @param node which answers: {@link #node}; {@link Home#UNKNOWN} if it is of a release that does
   *     not tell
   */
  record Answered(long number, long node, Answer answer) implements Message {}

  /** The cluster has thrown a node out; one that leaves in order hands its entities over before. */
  record ThrownOut(long node) implements Message {}

  private enum Left implements Message {
    INSTANCE
  }

  private enum Tick implements Message {
    INSTANCE
  }

  private static final Duration TICK = Duration.ofSeconds(1);

  /** The entity's own word that it took too long is better than ours, and may be on its way. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** Of commands without a deadline. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final ExtensionId<RemoteAnswers> ID =
      new ExtensionId<>() {
        @Override
        public RemoteAnswers createExtension(ActorSystem<?> system) {
          return new RemoteAnswers(system);
        }
      };

  private record Waiting(Pending pending, long givenUpNanos) {}

  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastNumber = new AtomicLong();
  private final String address;
  private final ActorSystem<?> system;

  static RemoteAnswers of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  private RemoteAnswers(ActorSystem<?> system) {
    ActorRef<Message> mailbox = system.systemActorOf(receiver(), "answers", Props.empty());
    this.system = system;
    this.address = ActorRefResolver.get(system).toSerializationFormat(mailbox);
  }

  /** The number by which the cluster knows this node. */
  long node() {
    return Cluster.get(system).selfMember().uniqueAddress().longUid();
  }

  /** Where answers are to be sent, as text. */
  String address() {
    return address;
  }

  /** Keeps who waits until the answer comes. Returns the number it has to come with. */
  long expect(Pending pending, long nowNanos) {
    var number = lastNumber.incrementAndGet();
    var call = pending.call();
    var givenUp =
        call.hasDeadline(nowNanos)
            ? call.deadlineNanos() + GRACE.toNanos()
            : nowNanos + LONGEST_WAIT.toNanos();
    waiting.put(number, new Waiting(pending, givenUp));
    return number;
  }

  private Behavior<Message> receiver() {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                  watchMembers(context);
                  return Behaviors.receive(Message.class).onAnyMessage(this::onMessage).build();
                }));
  }

  private static void watchMembers(ActorContext<Message> context) {
    var removals =
        context.messageAdapter(
            MemberRemoved.class,
            removed ->
                removed.previousStatus().equals(MemberStatus.down())
                    ? new ThrownOut(removed.member().uniqueAddress().longUid())
                    : Left.INSTANCE);
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(removals, MemberRemoved.class));
  }

  /** Visible for tests. */
  Behavior<Message> onMessage(Message message) {
    if (message instanceof Answered answered) {
      onAnswered(answered);
    } else if (message instanceof ThrownOut thrownOut) {
      giveUp(thrownOut.node());
    } else if (message instanceof Tick) {
      giveUpLate(System.nanoTime());
    }
    return Behaviors.same();
  }

  private void onAnswered(Answered answered) {
    if (isUnheard(answered.answer())) {
      var waits = waiting.remove(answered.number());
      if (waits != null) {
        LostCommands.of(system).sendAgain(waits.pending());
      }
      return;
    }
    var waits = waiting.get(answered.number());
    if (waits != null && answered.node() != Home.UNKNOWN) {
      waits.pending().home().answeredBy(answered.node());
    }
    answer(answered.number(), answered.answer());
  }

  /** The node has nothing to do with the entity any more, and cannot tell who has. */
  private static boolean isUnheard(Answer answer) {
    return answer.action() instanceof Answer.ClientAction.Fail fail
        && fail.failure() instanceof Failure.EntityMoves;
  }

  /** The node will not answer any more: what it was working on may have been done or not. */
  private void giveUp(long node) {
    waiting.forEach(
        (number, waits) -> {
          if (waits.pending().home().node() == node) {
            answer(number, Answer.failed(new Failure.NodeLost("The entity's node is gone")));
          }
        });
  }

  /** Visible for tests. */
  void giveUpLate(long nowNanos) {
    waiting.forEach(
        (number, waits) -> {
          if (nowNanos - waits.givenUpNanos() >= 0) {
            answer(number, Answer.failed(new Failure.TimedOut("No answer came from its node")));
          }
        });
  }

  /** Of two answers the first one counts. */
  private void answer(long number, Answer answer) {
    var waits = waiting.remove(number);
    if (waits != null) {
      waits.pending().answer().accept(answer);
    }
  }
}
