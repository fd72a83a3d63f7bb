package io.cloudstate.proxy.cluster;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.management.javadsl.AkkaManagement;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The management port: health for machines and for people, a way to be drained, a look inside. It
 * is also where nodes that form a cluster ask each other. Akka makes its routes, and ours among
 * them find here what they tell of.
 */
public final class Management implements Extension {

  private static final ExtensionId<Management> ID =
      new ExtensionId<>() {
        @Override
        public Management createExtension(ActorSystem<?> system) {
          return new Management();
        }
      };

  /** What can be looked at: something that JSON can be made of, never payloads. */
  @FunctionalInterface
  public interface View extends Supplier<CompletionStage<?>> {}

  /** What can be done with one of the things of a view. */
  @FunctionalInterface
  public interface Operation {

    /**
     * Starts to do it, and returns.
     *
     * @param id of the thing
     * @param part of the thing; empty for all of it
     * @return whether there is such a thing
     */
    boolean run(String id, OptionalInt part);
  }

  /**
   * What the port tells of and does.
   *
   * @param views by name
   * @param commands by name of the view and name of the command, such as {@code consumers/skip}
   */
  public record Desk(
      Health health, Drain drain, Map<String, View> views, Map<String, Operation> commands) {

    public Desk {
      views = Map.copyOf(views);
      commands = Map.copyOf(commands);
    }
  }

  private volatile @Nullable Desk desk;

  private Management() {}

  /**
   * Opens the port that {@link AkkaSettings} name, on a thread that may be kept for the while.
   * Completes when requests are answered.
   */
  public static CompletionStage<Done> start(ActorSystem<?> system, Desk desk) {
    system.registerExtension(ID).desk = desk;
    return CompletableFuture.supplyAsync(
            () -> AkkaManagement.get(system.classicSystem()).start(),
            system.dispatchers().lookup(DispatcherSelector.blocking()))
        .thenCompose(started -> started)
        .thenApply(uri -> Done.getInstance());
  }

  static Desk desk(ActorSystem<?> system) {
    var desk = system.registerExtension(ID).desk;
    if (desk == null) {
      throw new IllegalStateException("the management port was not started by Management.start");
    }
    return desk;
  }
}
