package io.cloudstate.proxy.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.actor.DeadLetter;
import akka.actor.Dropped;
import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.sharding.typed.ShardingEnvelope;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LostCommandsTest {

  private static ActorTestKit system;
  private static TestProbe<ShardingEnvelope<EntityActor.Message>> region;
  private static final AtomicInteger resent = new AtomicInteger();
  private static final AtomicInteger lost = new AtomicInteger();

  private static final EntityMetrics metrics =
      new EntityMetrics() {
        @Override
        public void resent() {
          resent.incrementAndGet();
        }

        @Override
        public void lost() {
          lost.incrementAndGet();
        }
      };

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() {
    system = ActorTestKit.create(ConfigFactory.load());
    region = system.createTestProbe();
    LostCommands.of(system.system()).watch("service", region.ref(), metrics);
  }

  @AfterAll
  static void stop() {
    system.shutdownTestKit();
  }

  @Test
  void commandThatShardingDropsIsSentAgain() {
    // Given
    var before = resent.get();
    var envelope = new ShardingEnvelope<EntityActor.Message>("one", invoke(Duration.ofHours(1)));
    // When
    drop(envelope);
    // Then
    assertThat(region.receiveMessage()).isEqualTo(envelope);
    assertThat(answers).isEmpty();
    assertThat(resent).hasValue(before + 1);
  }

  @Test
  void commandThatHasNoTimeLeftIsAnswered() throws Exception {
    // Given
    var before = lost.get();
    // When
    drop(new ShardingEnvelope<>("one", invoke(Duration.ofMillis(1))));
    // Then
    assertThat(answers.poll(20, TimeUnit.SECONDS)).satisfies(LostCommandsTest::mayBeRepeated);
    assertThat(lost).hasValue(before + 1);
  }

  @Test
  void commandThatFindsItsEntityGoneIsAnswered() throws Exception {
    nobody().tell(invoke(Duration.ofHours(1)), nobody());
    assertThat(answers.poll(20, TimeUnit.SECONDS)).satisfies(LostCommandsTest::mayBeRepeated);
  }

  @Test
  void commandForAnEntityThatHasJustStoppedIsSentAgain() {
    // Given
    var invoke = invoke(Duration.ofHours(1));
    var stopped = nobodyAt("/system/sharding/service/7/cart%2F1+%C3%A4");
    // When
    nobody().tell(new DeadLetter(invoke, nobody(), stopped), nobody());
    // Then
    assertThat(region.receiveMessage()).isEqualTo(new ShardingEnvelope<>("cart/1 ä", invoke));
    assertThat(answers).isEmpty();
  }

  @Test
  void commandThatAnotherNodeHasNothingToDoWithIsSentAgain() {
    // Given
    var command =
        new Pending(invoke(Duration.ofHours(1)).command().call(), answers::add, "two", new Home());
    var mailbox = RemoteAnswers.of(system.system());
    var number = mailbox.expect(command, System.nanoTime());
    // When
    mailbox.onMessage(
        new RemoteAnswers.Answered(number, 7, Answer.failed(new Failure.EntityMoves("moves"))));
    // Then
    var envelope = region.receiveMessage();
    assertThat(envelope.entityId()).isEqualTo("two");
    assertThat(envelope.message())
        .isInstanceOfSatisfying(
            EntityActor.Invoke.class, sent -> assertThat(sent.command()).isSameAs(command));
    assertThat(command.home().node()).isEqualTo(Home.UNKNOWN);
    assertThat(answers).isEmpty();
  }

  private static ActorRef nobodyAt(String path) {
    var provider = ((ExtendedActorSystem) Adapter.toClassic(system.system())).provider();
    return provider.resolveActorRef("akka://" + system.system().name() + path);
  }

  private static ActorRef nobody() {
    return Adapter.toClassic(system.system().deadLetters());
  }

  /** As a region of sharding does it. */
  private static void drop(ShardingEnvelope<EntityActor.Message> envelope) {
    nobody().tell(new Dropped(envelope, "moved", nobody(), nobody()), nobody());
  }

  private static void mayBeRepeated(Answer answer) {
    assertThat(answer.action())
        .isInstanceOfSatisfying(
            ClientAction.Fail.class,
            fail -> assertThat(fail.failure()).isInstanceOf(Failure.EntityMoves.class));
  }

  private EntityActor.Invoke invoke(Duration left) {
    return new EntityActor.Invoke(
        new Pending(
            new Call(
                "service",
                "Method",
                Payload.NONE,
                Metadata.EMPTY,
                System.nanoTime() + left.toNanos()),
            answers::add));
  }
}
