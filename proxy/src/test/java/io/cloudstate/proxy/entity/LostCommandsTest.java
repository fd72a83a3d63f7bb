package io.cloudstate.proxy.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.actor.Dropped;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LostCommandsTest {

  private static ActorTestKit system;
  private static TestProbe<ShardingEnvelope<EntityActor.Message>> region;

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() {
    system = ActorTestKit.create(ConfigFactory.load());
    region = system.createTestProbe();
    LostCommands.of(system.system()).watch("service", region.ref());
  }

  @AfterAll
  static void stop() {
    system.shutdownTestKit();
  }

  @Test
  void commandThatShardingDropsIsSentAgain() {
    // Given
    var envelope = new ShardingEnvelope<EntityActor.Message>("one", invoke(Duration.ofHours(1)));
    // When
    drop(envelope);
    // Then
    assertThat(region.receiveMessage()).isEqualTo(envelope);
    assertThat(answers).isEmpty();
  }

  @Test
  void commandThatHasNoTimeLeftIsAnswered() throws Exception {
    drop(new ShardingEnvelope<>("one", invoke(Duration.ofMillis(1))));
    assertThat(answers.poll(20, TimeUnit.SECONDS)).satisfies(LostCommandsTest::mayBeRepeated);
  }

  @Test
  void commandThatFindsItsEntityGoneIsAnswered() throws Exception {
    nobody().tell(invoke(Duration.ofHours(1)), nobody());
    assertThat(answers.poll(20, TimeUnit.SECONDS)).satisfies(LostCommandsTest::mayBeRepeated);
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
            fail -> assertThat(fail.failure()).isInstanceOf(Failure.UserFunctionUnavailable.class));
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
