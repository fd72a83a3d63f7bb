package io.cloudstate.operator.certificates;

import io.cloudstate.operator.certificates.CertificateSource.Unusable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the certificate at an interval, and says once what is wrong with it. */
public final class CertificateLoop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CertificateLoop.class);

  /** Beyond several intervals, for a look that has to wait for the API server. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final CertificateSource source;
  private final Duration interval;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "certificates");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long lastLookNanos = System.nanoTime();
  private volatile String problem = "no certificate has been looked for yet";

  private CertificateLoop(CertificateSource source, Duration interval) {
    this.source = source;
    this.interval = interval;
  }

  /** Looks at once, and then at each interval. */
  public static CertificateLoop start(CertificateSource source, Duration interval) {
    var loop = new CertificateLoop(source, interval);
    var unused =
        loop.executor.scheduleWithFixedDelay(
            loop::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return loop;
  }

  private void look() {
    lastLookNanos = System.nanoTime();
    try {
      source.check();
      said("");
    } catch (Unusable | KubernetesClientException e) {
      said(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("looking after the certificate failed");
      said(e.toString());
    }
  }

  private void said(String now) {
    if (!now.equals(problem) && !now.isEmpty()) {
      log.atWarn().log("certificate of the webhook: {}", now);
    }
    problem = now;
  }

  /** What the last look found wrong, empty if nothing. */
  public String problem() {
    return problem;
  }

  public boolean isAlive() {
    var age = Duration.ofNanos(System.nanoTime() - lastLookNanos);
    return age.compareTo(interval.multipliedBy(3).plus(PATIENCE)) < 0;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
