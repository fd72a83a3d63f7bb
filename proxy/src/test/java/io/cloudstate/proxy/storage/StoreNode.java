package io.cloudstate.proxy.storage;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.JournalWriter;
import io.cloudstate.proxy.storage.journal.JournalWriter.Ready;
import io.cloudstate.proxy.storage.journal.JournalWriter.Result;
import io.cloudstate.proxy.storage.journal.JournalWriter.Write;
import io.cloudstate.proxy.storage.journal.JournalWriter.Written;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A store and an actor system over it, as {@code Main} puts them together. */
public final class StoreNode implements AutoCloseable {

  public static final String TAG = "carts";

  private final JournalStore store;
  private final ActorTestKit kit;

  public StoreNode(JournalStore store) {
    this.store = store;
    var config = ConfigFactory.parseMap(store.akkaSettings()).withFallback(ConfigFactory.load());
    var setup = ActorSystemSetup.create(BootstrapSetup.create(config), store.setup());
    this.kit = ActorTestKit.create(ActorSystem.create(Behaviors.empty(), "storage-test", setup));
  }

  public ActorTestKit kit() {
    return kit;
  }

  public EventReader events() {
    return store.events();
  }

  public List<StoredEvent> allEvents(String id) {
    return result(events().page(id, 1, 1_000_000, Long.MAX_VALUE));
  }

  public Optional<StoredSnapshot> latestSnapshot(String id) {
    return result(events().latestSnapshot(id));
  }

  /** A writer of the entity, not yet ready. */
  public Writer startWriter(String id) {
    TestProbe<Result> results = kit.createTestProbe();
    return new Writer(kit.spawn(JournalWriter.create(id, TAG, results.getRef())), results);
  }

  /** A writer of the entity that found its last sequence number. */
  public Writer writer(String id, long lastSequence) {
    var writer = startWriter(id);
    writer.results.expectMessage(new Ready(lastSequence));
    return writer;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    store.close();
  }

  public static <T> T result(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  /** A writer actor and what it said. */
  public record Writer(ActorRef<JournalWriter.Command> ref, TestProbe<Result> results) {

    public void write(long expected, @Nullable Payload snapshot, Payload... events) {
      send(expected, snapshot, events);
      results.expectMessage(new Written(expected + events.length));
    }

    public void send(long expected, @Nullable Payload snapshot, Payload... events) {
      ref.tell(new Write(expected, List.of(events), snapshot));
    }
  }
}
