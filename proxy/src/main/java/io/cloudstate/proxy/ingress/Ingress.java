package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.Server;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.cloudstate.proxy.ingress.grpc.BuiltInServices;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.router.OpenStreams;
import io.cloudstate.proxy.router.Router;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The port the world calls. Started once, with the first catalog; later catalogs replace it while
 * calls run. A call belongs to the catalog it came in under: swapping touches none that runs.
 *
 * <p>{@link #start}, {@link #serve} and {@link #stop} are called by one thread at a time;
 * everything else is safe from any thread.
 */
public final class Ingress {

  /** Connections at a time; over it new ones are closed at once. */
  private static final int MAX_CONNECTIONS = 16_384;

  /** Calls at a time on one connection; HTTP/2 clients wait for a free stream by themselves. */
  private static final int MAX_STREAMS_PER_CONNECTION = 1_024;

  /**
   * How many bytes of a request may wait to be taken, when those who answer it are slow. The window
   * of the connection has room for that of all its calls: one that waits does not stop the others.
   */
  private static final int STREAM_WINDOW_BYTES = 128 * 1024;

  /** Size of all headers of a request. */
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  /**
   * Cancelled calls per connection and window before it is taken for a rapid-reset attack.
   * Generous: a busy client whose deadlines pass cancels as fast as it calls, and Armeria's default
   * of 400 a minute would cost all its other calls.
   */
  private static final int MAX_RESETS = 20_000;

  private static final int RESET_WINDOW_SECONDS = 10;

  /** A connection without calls may stay this long, as in the reference. */
  private static final Duration IDLE_TIMEOUT = Duration.ofHours(12);

  /**
   * How often an idle HTTP/2 connection is asked whether its peer still lives. Not over 32 s:
   * Armeria also sets the number of milliseconds as TCP_KEEPIDLE, and Linux refuses more than
   * 32,767.
   */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(30);

  /** How long no call must have been running before a stop goes on. */
  private static final Duration QUIET_PERIOD = Duration.ofMillis(1);

  /** For the statuses of calls that are ended because their time is up. */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final ProxySettings.Serving settings;
  private final BuiltInServices builtIn = new BuiltInServices();
  private final EventLoops eventLoops;
  private final OpenStreams streams;
  private final Dispatcher dispatcher;
  private final Server server;
  private @Nullable CompletionStage<@Nullable Void> stopped;

  /**
   * @param relayTimeout longest time a call may take, and the deadline of calls that bring none
   * @param eventLoops do the I/O; they must outlive this
   * @param router gets every call, on an event loop
   */
  public Ingress(
      ProxySettings.Serving settings, Duration relayTimeout, EventLoops eventLoops, Router router) {
    this.settings = settings;
    this.eventLoops = eventLoops;
    this.streams = new OpenStreams(router);
    var grpc =
        new GrpcCalls(
            streams, relayTimeout, settings.maxRequestBytes(), settings.maxConcurrentCalls());
    this.dispatcher = new Dispatcher(grpc);
    this.server = server(settings, relayTimeout, eventLoops, grpc);
  }

  private Server server(
      ProxySettings.Serving settings,
      Duration relayTimeout,
      EventLoops eventLoops,
      GrpcCalls grpc) {
    var builder =
        Server.builder()
            .http(new InetSocketAddress(settings.host(), settings.port()))
            .workerGroup(eventLoops.group(), false)
            .maxNumConnections(MAX_CONNECTIONS)
            .http2MaxStreamsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .http2InitialStreamWindowSize(STREAM_WINDOW_BYTES)
            .http2InitialConnectionWindowSize(MAX_STREAMS_PER_CONNECTION * STREAM_WINDOW_BYTES)
            .http2MaxHeaderListSize(MAX_HEADER_BYTES)
            .http1MaxHeaderSize(MAX_HEADER_BYTES)
            .http2MaxResetFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
            .idleTimeout(IDLE_TIMEOUT)
            .pingInterval(PING_INTERVAL)
            .gracefulShutdownTimeout(
                QUIET_PERIOD, settings.gracefulTerminationTimeout().plus(LAST_WORDS))
            // The length of a whole request stream; each service bounds its messages.
            .maxRequestLength(0)
            .verboseResponses(false)
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .meterRegistry(NoopMeterRegistry.get())
            .disableServerHeader()
            .disableDateHeader();
    builtIn.addTo(builder);
    return builder
        .route()
        .pathPrefix("/")
        .requestTimeout(relayTimeout)
        .maxRequestLength(grpc.maxRequestLength())
        .errorHandler(grpc::onServiceException)
        .build(dispatcher)
        .build();
  }

  /**
   * Binds the port and serves the catalog. Completes when calls are taken; fails with an {@link
   * IllegalStateException} that names host and port if the port cannot be bound.
   */
  public CompletionStage<@Nullable Void> start(ServiceCatalog catalog) {
    serve(catalog);
    return server.start().handle(this::onStarted);
  }

  private @Nullable Void onStarted(@Nullable Void ignored, @Nullable Throwable failure) {
    if (failure != null) {
      var cause = Exceptions.peel(failure);
      throw new IllegalStateException(
          "cannot serve on %s:%d: %s"
              .formatted(settings.host(), settings.port(), cause.getMessage()),
          cause);
    }
    return null;
  }

  /** Serves this catalog from now on. Calls that run go on under the one they came in under. */
  public void serve(ServiceCatalog catalog) {
    streams.serve(catalog);
    dispatcher.serve(catalog);
    builtIn.serve(catalog);
  }

  /**
   * What the health service says of the proxy and all its services; at first it serves. Calls are
   * taken either way.
   */
  public void setServing(boolean serving) {
    builtIn.setServing(serving);
  }

  /** The port that was bound: the configured one, or the one chosen for port 0. */
  public int port() {
    return server.activeLocalPort();
  }

  /**
   * Stops for good: new calls are refused with {@code UNAVAILABLE}, and so end those that wait for
   * changes alone. Other running ones may go on for the graceful termination timeout; then they end
   * in the same way, and connections are cut. Completes when the port is closed; idempotent.
   */
  public CompletionStage<@Nullable Void> stop() {
    if (stopped == null) {
      stopped = stopOnce();
    }
    return stopped;
  }

  private CompletionStage<@Nullable Void> stopOnce() {
    builtIn.stop();
    dispatcher.drain();
    streams.endWatches();
    var ending =
        eventLoops
            .group()
            .schedule(
                streams::endAll,
                settings.gracefulTerminationTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    return server.stop().whenComplete((done, failure) -> ending.cancel(false));
  }
}
