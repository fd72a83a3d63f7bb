package io.cloudstate.proxy.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What is logged in this process from now on. Thread-safe. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level levelBefore = root.getLevel();
  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

  private final Predicate<ILoggingEvent> isKept;

  private CapturedLog(Predicate<ILoggingEvent> isKept) {
    this.isKept = isKept;
  }

  /** What we log at INFO and above, and Akka at WARN and above. */
  public static CapturedLog begin() {
    return begin(CapturedLog::isOursOrAkkas);
  }

  /** What we and the HTTP server log at WARN and above. */
  public static CapturedLog ofServing() {
    return begin(event -> event.getLevel().isGreaterOrEqual(Level.WARN) && isOfServing(event));
  }

  private static boolean isOfServing(ILoggingEvent event) {
    var name = event.getLoggerName();
    return Stream.of("io.cloudstate", "com.linecorp.armeria", "io.netty")
        .anyMatch(name::startsWith);
  }

  private static CapturedLog begin(Predicate<ILoggingEvent> isKept) {
    var captured = new CapturedLog(isKept);
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

  /** What the thread knew that logged the line with this text in it, which there has to be. */
  public Map<String, String> contextOf(String text) {
    return events.stream()
        .filter(event -> event.getFormattedMessage().contains(text))
        .map(ILoggingEvent::getMDCPropertyMap)
        .findFirst()
        .orElseThrow(() -> new AssertionError(text + " is not among " + lines()));
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
    if (isKept.test(event)) {
      event.getMDCPropertyMap(); // of this thread
      events.add(event);
    }
  }

  private static boolean isOursOrAkkas(ILoggingEvent event) {
    var isOurs = event.getLoggerName().startsWith("io.cloudstate");
    var isAkkas = event.getLoggerName().startsWith("akka");
    return isOurs || (isAkkas && event.getLevel().isGreaterOrEqual(Level.WARN));
  }
}
