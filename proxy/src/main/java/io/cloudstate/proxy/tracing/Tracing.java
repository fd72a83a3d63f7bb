package io.cloudstate.proxy.tracing;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import io.cloudstate.proxy.entity.EntityTraces;
import io.cloudstate.proxy.eventing.ConsumerTraces;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
import io.cloudstate.proxy.ingress.calls.CallTarget;
import io.cloudstate.proxy.ingress.calls.CallTraces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of calls and consumed events: one for the call, and below it one for each time the
 * function has a command of it, its change is stored, or an entity is loaded for it. They are sent
 * by a thread of their own, in batches; those that find its queue full are dropped. Implements
 * spec/telemetry.md, known gap 7.
 *
 * <p>Whoever calls decides whether a call is followed; if it does not say, the ratio does.
 */
public final class Tracing implements CallTraces, EntityTraces, ConsumerTraces {

  private static final String PATH = "/v1/traces";
  private static final int MAX_BATCH = 1024;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");
  private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
  private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> SOURCE =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> TRANSPORT =
      AttributeKey.stringKey("cloudstate.transport");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("cloudstate.service");
  private static final AttributeKey<String> ENTITY_TYPE =
      AttributeKey.stringKey("cloudstate.entity.type");
  private static final AttributeKey<String> ENTITY_KEY =
      AttributeKey.stringKey("cloudstate.entity.key");
  private static final AttributeKey<Long> COMMAND_ID =
      AttributeKey.longKey("cloudstate.command.id");

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  private Tracing(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("io.cloudstate.proxy");
  }

  /**
   * Sends spans from now on. Does not connect yet.
   *
   * @param node what this proxy is called among those of its service
   */
  public static Tracing start(ProxySettings.Tracing settings, String node) {
    var endpoint = endpoint(settings.endpoint().toString());
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setTimeout(EXPORT_TIMEOUT)
            .setConnectTimeout(EXPORT_TIMEOUT)
            .build();
    var batches =
        BatchSpanProcessor.builder(new WatchedExporter(exporter, endpoint))
            .setScheduleDelay(LONGEST_WAIT)
            .setMaxQueueSize(settings.maxQueuedSpans())
            .setMaxExportBatchSize(Math.min(MAX_BATCH, settings.maxQueuedSpans()))
            .build();
    var resource =
        Resource.builder().put(SERVICE_NAME, settings.serviceName()).put(INSTANCE, node).build();
    return new Tracing(
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(resource))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
            .addSpanProcessor(batches)
            .build());
  }

  private static String endpoint(String url) {
    return url.endsWith(PATH) ? url : url.replaceFirst("/+$", "") + PATH;
  }

  @Override
  public Span begin(CallTarget target, Transport transport, @Nullable TraceContext client) {
    var method = target.method().name();
    var span = start(target.service() + "/" + method, SpanKind.SERVER, Contexts.of(client));
    if (span.isRecording()) {
      span.setAttribute(RPC_SYSTEM, "grpc")
          .setAttribute(RPC_SERVICE, target.service())
          .setAttribute(RPC_METHOD, method)
          .setAttribute(TRANSPORT, transport.name().toLowerCase(Locale.ROOT));
    }
    return new FollowedSpan(span, client, true);
  }

  @Override
  public @Nullable Span begin(
      Work work, Call call, ServiceDefinition service, String entityId, long number) {
    var parent = Contexts.of(call.trace());
    var caller = io.opentelemetry.api.trace.Span.fromContext(parent).getSpanContext();
    if (!caller.isSampled()) {
      return null;
    }
    var span = start(name(work, call), kind(work), parent);
    span.setAttribute(SERVICE, service.name());
    if (work == Work.FUNCTION) {
      span.setAttribute(RPC_METHOD, call.method());
    }
    if (!service.persistenceId().isEmpty()) {
      span.setAttribute(ENTITY_TYPE, service.persistenceId());
    }
    if (!entityId.isEmpty()) {
      span.setAttribute(ENTITY_KEY, entityId);
    }
    if (number != NO_NUMBER) {
      span.setAttribute(COMMAND_ID, number);
    }
    return new FollowedSpan(span, call.trace(), work == Work.FUNCTION);
  }

  private static String name(Work work, Call call) {
    return switch (work) {
      case LOAD -> "load " + call.service();
      case FUNCTION -> "function " + call.service() + "/" + call.method();
      case STORE -> "store " + call.service();
    };
  }

  private static SpanKind kind(Work work) {
    return switch (work) {
      case LOAD -> SpanKind.INTERNAL;
      case FUNCTION, STORE -> SpanKind.CLIENT;
    };
  }

  @Override
  public Span begin(EventConsumer consumer, String method, @Nullable TraceContext published) {
    var source = consumer.source().name();
    var span = start("process " + source, SpanKind.CONSUMER, Contexts.of(published));
    if (span.isRecording()) {
      span.setAttribute(SOURCE, source)
          .setAttribute(GROUP, consumer.group())
          .setAttribute(SERVICE, consumer.service())
          .setAttribute(RPC_METHOD, method);
    }
    return new FollowedSpan(span, published, false);
  }

  private io.opentelemetry.api.trace.Span start(String name, SpanKind kind, Context parent) {
    return tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan();
  }

  /** Sends what is left, and nothing more after that; ends also if that is not possible. */
  public CompletionStage<@Nullable Void> stop() {
    var stopped = new CompletableFuture<@Nullable Void>();
    provider.shutdown().whenComplete(() -> stopped.complete(null));
    return stopped.completeOnTimeout(null, EXPORT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
