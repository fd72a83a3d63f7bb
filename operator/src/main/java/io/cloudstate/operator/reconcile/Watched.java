package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All objects of one kind that are watched, from one informer for each namespace, or for all. */
final class Watched<T extends HasMetadata> implements AutoCloseable {

  private final String plural;
  private final List<SharedIndexInformer<T>> informers;

  Watched(
      String plural,
      List<SharedIndexInformer<T>> informers,
      Map<String, Function<T, List<String>>> indexes) {
    this.plural = plural;
    this.informers = List.copyOf(informers);
    for (var informer : this.informers) {
      informer.addIndexers(indexes);
      // the informer tells the log by itself, and waits longer each time
      informer.exceptionHandler((isStarted, failure) -> true);
    }
  }

  /** Tells each change, with what was before if anything was, and what is now if anything is. */
  void onChange(BiConsumer<@Nullable T, @Nullable T> listener) {
    for (var informer : informers) {
      informer.addEventHandler(
          new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
              listener.accept(null, object);
            }

            @Override
            public void onUpdate(T before, T object) {
              listener.accept(before, object);
            }

            @Override
            public void onDelete(T object, boolean isStateUnknown) {
              listener.accept(object, null);
            }
          });
    }
  }

  /** Ends when all have been listed once; never fails. */
  CompletableFuture<Void> start() {
    return CompletableFuture.allOf(
        informers.stream()
            .map(informer -> informer.start().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  @Nullable T get(Key key) {
    return informers.stream()
        .map(informer -> informer.getStore().getByKey(key.toString()))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  Stream<T> byIndex(String index, String value) {
    return informers.stream()
        .flatMap(informer -> informer.getIndexer().byIndex(index, value).stream());
  }

  boolean isSynced() {
    return informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  String plural() {
    return plural;
  }

  boolean isWatching() {
    return informers.stream().allMatch(informer -> informer.isRunning() && informer.isWatching());
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
