package io.cloudstate.proxy.ingress.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.function.LongSupplier;

/**
 * Counts what a client sends that carries nothing, and ends the connection of one that sends too
 * much of it: pings, settings, priorities, unknown frames, window updates of next to nothing, empty
 * data. Each costs the client next to nothing and the server some work, or an answer.
 *
 * <p>Clients that measure the line send a ping for each round trip while they receive: the bound
 * has to be well above that.
 */
final class ControlFrames extends Http2FrameListenerDecorator {

  /** Clients give back a good part of a window at a time; its smallest size is 64 KiB. */
  private static final int SMALL_UPDATE_BYTES = 64;

  /** As how many frames one of settings counts: clients send few, and each is applied. */
  private static final int SETTINGS_WEIGHT = 20;

  private static final long WINDOW_NANOS = 1_000_000_000;

  private final int maxPerSecond;
  private final LongSupplier nanoTime;
  private long windowStart;
  private int count;

  ControlFrames(Http2FrameListener listener, int maxPerSecond, LongSupplier nanoTime) {
    super(listener);
    this.maxPerSecond = maxPerSecond;
    this.nanoTime = nanoTime;
    this.windowStart = nanoTime.getAsLong();
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    count(1);
    super.onPingRead(context, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    count(1);
    super.onPingAckRead(context, data);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    count(SETTINGS_WEIGHT);
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
    count(1);
    super.onSettingsAckRead(context);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context,
      int streamId,
      int streamDependency,
      short weight,
      boolean exclusive)
      throws Http2Exception {
    count(1);
    super.onPriorityRead(context, streamId, streamDependency, weight, exclusive);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment)
      throws Http2Exception {
    if (increment < SMALL_UPDATE_BYTES) {
      count(1);
    }
    super.onWindowUpdateRead(context, streamId, increment);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    if (!data.isReadable() && !endOfStream) {
      count(1);
    }
    return super.onDataRead(context, streamId, data, padding, endOfStream);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context,
      byte frameType,
      int streamId,
      Http2Flags flags,
      ByteBuf payload)
      throws Http2Exception {
    count(1);
    super.onUnknownFrame(context, frameType, streamId, flags, payload);
  }

  /** The clock is looked at when the bound is reached, and not before. */
  private void count(int weight) throws Http2Exception {
    count += weight;
    if (count <= maxPerSecond) {
      return;
    }
    var now = nanoTime.getAsLong();
    if (now - windowStart < WINDOW_NANOS) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM,
          "control frames within a second: more than the limit (expected: <= %d)",
          maxPerSecond);
    }
    windowStart = now;
    count = weight;
  }
}
