package io.cloudstate.proxy.storage.journal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who hears of what this process has stored. Thread-safe; costs next to nothing without any. */
public final class Watchers {

  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public EventLog.Watch add(Consumer<String> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Events of this entity can be read. */
  public void written(String persistenceId) {
    for (var listener : listeners) {
      listener.accept(persistenceId);
    }
  }
}
