package io.cloudstate.proxy.entity.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.crdt.CrdtEntity.Message;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LocalEntitiesTest {

  private static final int MAX_WAITING = 2;
  private static final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "local-entities",
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  /** What an entity was told, and which one it was: they are counted. */
  private record Told(int entity, Message message) {}

  private enum Ended implements Runnable {
    NOW;

    @Override
    public void run() {}
  }

  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Runnable> stops = new LinkedBlockingQueue<>();
  private final List<Answer> answers = new ArrayList<>();
  private int started; // touched in order, by the test's calls and by entities that stop
  private final LocalEntities entities = new LocalEntities(system, this::entity, MAX_WAITING);

  @AfterAll
  static void terminate() {
    system.terminate();
  }

  @Test
  void entityIsStartedByItsFirstCommandAndGetsTheOthers() {
    // When
    var first = invoke("a");
    var second = invoke("a");
    var other = invoke("b");
    // Then
    var all = List.of(next(), next(), next());
    assertThat(all)
        .containsExactlyInAnyOrder(
            new Told(1, new CrdtEntity.Invoke(first)),
            new Told(1, new CrdtEntity.Invoke(second)),
            new Told(2, new CrdtEntity.Invoke(other)));
    assertThat(entities.loaded()).isEqualTo(2);
  }

  @Test
  void whatComesForAnEntityThatStopsGoesToTheNextOneInOrder() {
    // Given
    invoke("a");
    next();
    entities.passivate("a");
    assertThat(next()).isEqualTo(new Told(1, CrdtEntity.Stop.INSTANCE));
    // When
    var first = invoke("a");
    var second = invoke("a");
    entities.clientGone("a", first);
    stopped();
    // Then
    assertThat(next()).isEqualTo(new Told(2, new CrdtEntity.Invoke(first)));
    assertThat(next()).isEqualTo(new Told(2, new CrdtEntity.Invoke(second)));
    assertThat(next()).isEqualTo(new Told(2, new CrdtEntity.ClientGone(first)));
    assertThat(answers).isEmpty();
  }

  @Test
  void onlySoManyWaitForAnEntityThatStops() {
    // Given
    invoke("a");
    next();
    entities.passivate("a");
    next();
    for (var i = 0; i < MAX_WAITING; i++) {
      invoke("a");
    }
    // When
    invoke("a");
    // Then
    assertThat(answers)
        .containsExactly(
            Answer.failed(
                new Failure.Overloaded(
                    "2 commands wait for entity a to be loaded again (expected: at most 2)")));
  }

  @Test
  void entityThatHasStoppedIsForgotten() {
    // Given
    invoke("a");
    next();
    entities.passivate("a");
    entities.passivate("a");
    next();
    // When
    stopped();
    // Then
    org.awaitility.Awaitility.await().until(() -> entities.loaded() == 0);
    assertThat(told).isEmpty();
    entities.clientGone("a", exchange());
    entities.passivate("a");
    assertThat(told).isEmpty();
  }

  @Test
  void stopEndsWhenAllHaveStoppedAndRefusesFurtherCommands() {
    // Given
    invoke("a");
    next();
    // When
    var stop = entities.stop().toCompletableFuture();
    // Then
    assertThat(next()).isEqualTo(new Told(1, CrdtEntity.Stop.INSTANCE));
    assertThat(stop).isNotDone();
    invoke("a");
    invoke("b");
    assertThat(answers)
        .containsOnly(Answer.failed(new Failure.UserFunctionUnavailable("The proxy is stopping")));
    stopped();
    assertThat(stop).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void commandsThatWaitWhenAllIsStoppedAreStillRun() {
    // Given
    invoke("a");
    next();
    entities.passivate("a");
    next();
    var waiting = invoke("a");
    // When
    var stop = entities.stop().toCompletableFuture();
    stopped();
    // Then
    assertThat(next()).isEqualTo(new Told(2, new CrdtEntity.Invoke(waiting)));
    assertThat(next()).isEqualTo(new Told(2, CrdtEntity.Stop.INSTANCE));
    stopped();
    assertThat(stop).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void stopWithNothingLoadedEndsAtOnce() {
    assertThat(entities.stop().toCompletableFuture()).isDone();
  }

  @Test
  void membersAreToldToAll() {
    // Given
    var own = new Node("akka://here", 1);
    var view = new View(own, Set.of(own));
    invoke("a");
    next();
    // When
    entities.lookFrom(view);
    // Then
    assertThat(next()).isEqualTo(new Told(1, new CrdtEntity.Members(view)));
  }

  private Exchange invoke(String id) {
    var exchange = exchange();
    entities.invoke(id, exchange);
    return exchange;
  }

  private Exchange exchange() {
    return Exchange.unary(
        new Call("Counters", "Process", Payload.NONE, Metadata.EMPTY, 0), answers::add);
  }

  /** An entity that stops when the test says so, after it was told to. */
  private synchronized Behavior<Message> entity(String id, LocalEntities local) {
    started++;
    var number = started;
    return Behaviors.setup(
        context ->
            Behaviors.receive(Message.class)
                .onAnyMessage(
                    message -> {
                      told.add(new Told(number, message));
                      if (message == CrdtEntity.Stop.INSTANCE) {
                        stops.take().run();
                        return Behaviors.stopped();
                      }
                      return Behaviors.same();
                    })
                .onSignal(
                    PostStop.class,
                    signal -> {
                      local.gone(id);
                      return Behaviors.same();
                    })
                .build());
  }

  private void stopped() {
    stops.add(Ended.NOW);
  }

  private Told next() {
    try {
      var next = told.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no entity was told anything");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
