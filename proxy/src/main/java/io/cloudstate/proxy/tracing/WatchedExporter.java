package io.cloudstate.proxy.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Says once that spans cannot be sent, and once that they can again. */
final class WatchedExporter implements SpanExporter {

  private static final org.slf4j.Logger log = LoggerFactory.getLogger(Tracing.class);

  /** It would say so for each batch, in a log of its own; kept here, or its level is forgotten. */
  private static final Logger OF_THE_LIBRARY = Logger.getLogger("io.opentelemetry");

  private final SpanExporter exporter;
  private final String endpoint;
  private final AtomicBoolean isFailing = new AtomicBoolean();

  WatchedExporter(SpanExporter exporter, String endpoint) {
    OF_THE_LIBRARY.setLevel(Level.OFF);
    this.exporter = exporter;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    var result = exporter.export(spans);
    return result.whenComplete(() -> onResult(result));
  }

  private void onResult(CompletableResultCode result) {
    if (isFailing.getAndSet(!result.isSuccess()) == !result.isSuccess()) {
      return;
    }
    if (result.isSuccess()) {
      log.atInfo().addKeyValue("endpoint", endpoint).log("traces are sent again");
    } else {
      var cause = result.getFailureThrowable();
      log.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("problem", cause == null ? "no success" : cause.toString())
          .log("traces cannot be sent; the proxy goes on without");
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
