package io.cloudstate.proxy.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Who waits on this node for answers of entities on others. There are as many as calls are under
 * way, which the ingress bounds. A node that crashes answers nothing: some time after its deadline
 * a command is given up. Thread-safe.
 */
final class RemoteAnswers implements Extension {

  sealed interface Message {}

  /** The answer to the command that was sent under this number. */
  record Answered(long number, Answer answer) implements Message {}

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

  private record Waiting(Consumer<Answer> answer, long givenUpNanos) {}

  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastNumber = new AtomicLong();
  private final String address;

  static RemoteAnswers of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  private RemoteAnswers(ActorSystem<?> system) {
    ActorRef<Message> mailbox = system.systemActorOf(receiver(), "answers", Props.empty());
    this.address = ActorRefResolver.get(system).toSerializationFormat(mailbox);
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
    waiting.put(number, new Waiting(pending.answer(), givenUp));
    return number;
  }

  private Behavior<Message> receiver() {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
          return Behaviors.receive(Message.class)
              .onMessage(
                  Answered.class,
                  answered -> {
                    answer(answered.number(), answered.answer());
                    return Behaviors.same();
                  })
              .onMessage(
                  Tick.class,
                  tick -> {
                    giveUp(System.nanoTime());
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** Visible for tests. */
  void giveUp(long nowNanos) {
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
      waits.answer().accept(answer);
    }
  }
}
