package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceBindingBuilder;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.Documentation;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
import io.cloudstate.proxy.ingress.calls.CallStarter;
import io.cloudstate.proxy.ingress.calls.CallTraces;
import io.cloudstate.proxy.ingress.connection.ConnectionGuard;
import io.cloudstate.proxy.ingress.documentation.DocumentationPage;
import io.cloudstate.proxy.ingress.grpc.BuiltInServices;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpcweb.GrpcWebCalls;
import io.cloudstate.proxy.ingress.tls.CertificatesUnusable;
import io.cloudstate.proxy.ingress.tls.ServingTls;
import io.cloudstate.proxy.ingress.transcoding.HttpCalls;
import io.cloudstate.proxy.router.OpenStreams;
import io.cloudstate.proxy.router.Router;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
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

  /** Calls at a time on one connection; HTTP/2 clients wait for a free stream by themselves. */
  private static final int MAX_STREAMS_PER_CONNECTION = 1_024;

  /**
   * How many bytes of a request may wait to be taken, when those who answer it are slow. The window
   * of the connection has room for that of all its calls: one that waits does not stop the others.
   */
  private static final int STREAM_WINDOW_BYTES = 128 * 1024;

  /**
   * How much of what a connection has sent is taken at a time before others have their turn: a
   * client that floods its connection must not hold up its neighbours on the event loop.
   */
  private static final AdaptiveRecvByteBufAllocator FAIR_READS =
      new AdaptiveRecvByteBufAllocator(1024, 4096, 16 * 1024);

  private static final int READS_AT_A_TIME = 2;

  static {
    FAIR_READS.maxMessagesPerRead(READS_AT_A_TIME);
  }

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
  private final @Nullable DocumentationPage page;
  private final Server server;
  private @Nullable CompletionStage<@Nullable Void> stopped;

  /** Without a description of the services. */
  public Ingress(
      ProxySettings.Serving settings, Duration relayTimeout, EventLoops eventLoops, Router router) {
    this(settings, Documentation.NONE, relayTimeout, eventLoops, router, CallMetrics.NONE, null);
  }

  /**
   * @param documentation what describes the services
   * @param relayTimeout longest time a call may take, and the deadline of calls that bring none
   * @param eventLoops do the I/O; they must outlive this
   * @param router gets every call, on an event loop
   * @param metrics are told of every call
   * @param traces follow calls; null if nobody does
   * @throws CertificatesUnusable if the port shall speak TLS and cannot
   */
  public Ingress(
      ProxySettings.Serving settings,
      Documentation documentation,
      Duration relayTimeout,
      EventLoops eventLoops,
      Router router,
      CallMetrics metrics,
      @Nullable CallTraces traces) {
    this.settings = settings;
    this.eventLoops = eventLoops;
    this.streams = new OpenStreams(router);
    var calls =
        new CallStarter(streams, relayTimeout, settings.maxConcurrentCalls(), metrics, traces);
    var maxBytes = settings.maxRequestBytes();
    this.dispatcher =
        new Dispatcher(
            new GrpcCalls(calls.over(Transport.GRPC), maxBytes),
            new GrpcWebCalls(new GrpcCalls(calls.over(Transport.GRPC_WEB), maxBytes)),
            new HttpCalls(calls.over(Transport.HTTP), maxBytes, documentation.openApi()),
            metrics,
            documentation.page());
    this.page = documentation.page() ? new DocumentationPage(dispatcher) : null;
    this.server = server(settings, relayTimeout, eventLoops);
  }

  private Server server(
      ProxySettings.Serving settings, Duration relayTimeout, EventLoops eventLoops) {
    var connections = settings.connections();
    var builder =
        Server.builder()
            .workerGroup(eventLoops.group(), false)
            .maxNumConnections(connections.max())
            .http2MaxStreamsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .http2InitialStreamWindowSize(STREAM_WINDOW_BYTES)
            .http2InitialConnectionWindowSize(MAX_STREAMS_PER_CONNECTION * STREAM_WINDOW_BYTES)
            .http2MaxHeaderListSize(connections.maxHeaderBytes())
            .http1MaxHeaderSize(connections.maxHeaderBytes())
            .http2MaxResetFramesPerWindow(connections.maxResetsPerSecond(), 1)
            .idleTimeout(connections.idleTimeout())
            .maxConnectionAge(connections.maxAge())
            .childChannelOption(ChannelOption.RECVBUF_ALLOCATOR, FAIR_READS)
            .childChannelPipelineCustomizer(
                pipeline -> ConnectionGuard.watch(pipeline, connections))
            .decorator(ConnectionGuard::noting)
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
    var address = new InetSocketAddress(settings.host(), settings.port());
    settings
        .tls()
        .ifPresentOrElse(
            tls -> ServingTls.addTo(builder, address, tls), () -> builder.http(address));
    if (!settings.cors().allowedOrigins().isEmpty()) {
      builder.decorator(CrossOrigin.decorator(settings.cors()));
    }
    builtIn.addTo(builder);
    if (page != null) {
      var paths = builder.route().path(DocumentationPage.PATH).pathPrefix(DocumentationPage.BELOW);
      configured(paths, relayTimeout).build(page);
    }
    return configured(builder.route().pathPrefix("/"), relayTimeout).build(dispatcher).build();
  }

  private ServiceBindingBuilder configured(ServiceBindingBuilder paths, Duration relayTimeout) {
    return paths
        .requestTimeout(relayTimeout)
        .maxRequestLength(dispatcher.maxRequestLength())
        .errorHandler(dispatcher::onServiceException);
  }

  /**
   * Looks at the files that serving needs, before anything is started.
   *
   * @throws CertificatesUnusable if they cannot be used
   */
  public static void check(ProxySettings.Serving settings) {
    settings.tls().ifPresent(ServingTls::check);
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
    if (page != null) {
      page.serve(catalog);
    }
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
