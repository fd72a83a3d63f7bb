package io.cloudstate.proxy.storage.journal;

import akka.actor.setup.Setup;
import java.util.Map;

/**
 * A store that can keep a journal. Opened before the actor system starts, closed after it ended.
 */
public interface JournalStore extends AutoCloseable {

  /** Settings of the actor system, by their full path, that make this store its journal. */
  Map<String, Object> akkaSettings();

  /** Hands this store to the plugins inside the actor system; one of the things it is made from. */
  Setup setup();

  EventReader events();

  /** Gives everything back. Writes still under way fail. */
  @Override
  void close();
}
