package io.cloudstate.proxy.ingress.connection;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches a new connection until it is clear that its client means it, and closes it if that takes
 * too long: connections are bounded in number, and who opens many and says nothing, or a byte now
 * and then, would keep others out.
 *
 * <p>A client means it when its first request has come, when it has sent more than headers can be,
 * or when it has sent its settings of HTTP/2. In HTTP/2 its {@link ControlFrames} are counted from
 * then on. Used by the connection's event loop only.
 */
public final class ConnectionGuard extends ChannelInboundHandlerAdapter {

  private static final AttributeKey<Boolean> HAS_REQUEST =
      AttributeKey.valueOf(ConnectionGuard.class, "hasRequest");

  /** What a first line takes besides the headers. */
  private static final int FIRST_LINE_BYTES = 4096;

  private final Connections settings;
  private long receivedBytes;
  private @Nullable ScheduledFuture<?> deadline;

  private ConnectionGuard(Connections settings) {
    this.settings = settings;
  }

  /** Watches a connection that has just been accepted. */
  public static void watch(ChannelPipeline pipeline, Connections settings) {
    pipeline.addFirst(new ConnectionGuard(settings));
  }

  /** Notes the requests that come over HTTP/1.1; HTTP/2 tells by itself. */
  public static HttpService noting(HttpService service) {
    return new SimpleDecoratingHttpService(service) {
      @Override
      public HttpResponse serve(ServiceRequestContext context, HttpRequest request)
          throws Exception {
        if (!context.sessionProtocol().isMultiplex()) {
          note(context);
        }
        return unwrap().serve(context, request);
      }
    };
  }

  private static void note(ServiceRequestContext context) {
    var channel = context.log().partial().channel();
    if (channel != null) {
      channel.attr(HAS_REQUEST).set(true);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> closeUnlessUsed(context),
                settings.firstRequestTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    var timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      receivedBytes += bytes.readableBytes();
    }
    context.fireChannelRead(message);
    if (!context.isRemoved()) {
      countControlFrames(context);
    }
  }

  /** As soon as the connection speaks HTTP/2, which may be after TLS or an upgrade. */
  private void countControlFrames(ChannelHandlerContext context) {
    var http2 = context.pipeline().get(Http2ConnectionHandler.class);
    if (http2 == null || !http2.decoder().prefaceReceived()) {
      return;
    }
    var decoder = http2.decoder();
    decoder.frameListener(
        new ControlFrames(
            decoder.frameListener(), settings.maxControlFramesPerSecond(), System::nanoTime));
    context.pipeline().remove(this);
  }

  private void closeUnlessUsed(ChannelHandlerContext context) {
    var hasRequest = Boolean.TRUE.equals(context.channel().attr(HAS_REQUEST).get());
    if (!hasRequest && receivedBytes <= settings.maxHeaderBytes() + FIRST_LINE_BYTES) {
      var unused = context.close();
    }
  }
}
