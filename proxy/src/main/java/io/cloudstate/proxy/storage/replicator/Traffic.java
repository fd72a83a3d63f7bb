package io.cloudstate.proxy.storage.replicator;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** How many bytes of values and changes were written, to be sent or compared, and read. */
@ThreadSafe
public final class Traffic implements Extension {

  private static final ExtensionId<Traffic> ID =
      new ExtensionId<>() {
        @Override
        public Traffic createExtension(ActorSystem<?> system) {
          return new Traffic();
        }
      };

  private final LongAdder written = new LongAdder();
  private final LongAdder read = new LongAdder();

  /** That of this node. */
  public static Traffic of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  public void wrote(int bytes) {
    written.add(bytes);
  }

  public void read(int bytes) {
    read.add(bytes);
  }

  public long writtenBytes() {
    return written.sum();
  }

  public long readBytes() {
    return read.sum();
  }
}
