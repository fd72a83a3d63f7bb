package io.cloudstate.proxy.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * What we log in this process from now on, at INFO and above, and Akka at WARN and above.
 * Thread-safe.
 */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level levelBefore = root.getLevel();
  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

  private CapturedLog() {}

  public static CapturedLog begin() {
    var captured = new CapturedLog();
    captured.setContext(captured.root.getLoggerContext());
    captured.start();
    captured.root.setLevel(Level.INFO);
    captured.root.addAppender(captured);
    return captured;
  }

  /** Level and text of each line, without stack traces. */
  public List<String> lines() {
    return events.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  /** How many stack traces were logged. */
  public long stackTraces() {
    return events.stream().filter(event -> event.getThrowableProxy() != null).count();
  }

  @Override
  public void close() {
    root.detachAppender(this);
    root.setLevel(levelBefore);
    stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    var isOurs = event.getLoggerName().startsWith("io.cloudstate");
    var isAkkas = event.getLoggerName().startsWith("akka");
    if (isOurs || (isAkkas && event.getLevel().isGreaterOrEqual(Level.WARN))) {
      events.add(event);
    }
  }
}
