package io.cloudstate.proxy.discovery;

import com.google.protobuf.Empty;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the user function's developer what is wrong with the function, through {@code reportError}.
 * Fire and forget: what becomes of a report is ignored. At most {@value #MAX_UNDER_WAY} are under
 * way at a time; what comes beyond is not sent. Each is logged, too, the same text once a minute,
 * and shortened to what log and function can bear. Thread-safe, returns at once.
 */
public final class ErrorReports implements Consumer<String> {

  private static final Logger log = LoggerFactory.getLogger(ErrorReports.class);
  private static final int MAX_UNDER_WAY = 100;
  private static final int DEADLINE_SECONDS = 10;
  private static final int REMEMBERED_TEXTS = 100;
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Channel channel;
  private final LongSupplier nanoTime;
  private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
  private final Map<String, Long> loggedNanos = // guarded by itself; the oldest goes first
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED_TEXTS;
        }
      };

  /**
   * Reports through this channel.
   *
   * @param channel to the user function
   * @param nanoTime a clock, for the log
   */
  public ErrorReports(Channel channel, LongSupplier nanoTime) {
    this.channel = channel;
    this.nanoTime = nanoTime;
  }

  @Override
  public void accept(String report) {
    var message = Complaints.shortened(report);
    log.atLevel(isNews(message) ? Level.WARN : Level.DEBUG).log("{}", message);
    if (!free.tryAcquire()) {
      log.debug("too many error reports under way, this one is not sent");
      return;
    }
    EntityDiscoveryGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .reportError(
            UserFunctionError.newBuilder().setMessage(message).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(Empty reply) {
                // nothing to learn from it
              }

              @Override
              public void onError(Throwable cause) {
                free.release();
                log.debug("error report not taken by the user function: {}", cause.toString());
              }

              @Override
              public void onCompleted() {
                free.release();
              }
            });
  }

  private boolean isNews(String message) {
    var now = nanoTime.getAsLong();
    synchronized (loggedNanos) {
      var before = loggedNanos.get(message);
      if (before != null && now - before < QUIET.toNanos()) {
        return false;
      }
      loggedNanos.remove(message);
      loggedNanos.put(message, now);
      return true;
    }
  }
}
