package io.cloudstate.bench.load;

import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.bench.wire.Loopback;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The counter's methods by HTTP/1.1 and JSON, as if they were called by gRPC: commands and values
 * are turned into JSON and back here. Each call that is open has a connection to itself, which the
 * next one takes over. All on one event loop.
 */
final class JsonChannel extends Channel {

  private static final int MAX_RESPONSE_BYTES = 64 * 1024;
  private static final Pattern VALUE = Pattern.compile("\\{\"value\":\"(\\d+)\"[,}]");

  private final Loopback loopback;
  private final EventLoop eventLoop;
  private final int port;
  private final Deque<Connection> idle = new ArrayDeque<>();

  JsonChannel(Loopback loopback, int port) {
    this.loopback = loopback;
    this.eventLoop = loopback.eventLoop();
    this.port = port;
  }

  @Override
  public String authority() {
    return "localhost:" + port;
  }

  /** For methods of messages that are bytes. */
  @Override
  @SuppressWarnings("unchecked")
  public <I, O> ClientCall<I, O> newCall(MethodDescriptor<I, O> method, CallOptions options) {
    return (ClientCall<I, O>) new Call("/" + method.getFullMethodName());
  }

  private static byte[] json(byte[] command) {
    try {
      var read = CounterMessages.readCommand(command);
      return "{\"counter\":\"%s\",\"by\":\"%d\"}"
          .formatted(read.counter(), read.by())
          .getBytes(StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalArgumentException("no command", e);
    }
  }

  /**
   * The number of a reply; the other fields do not matter.
   *
   * @throws NumberFormatException if there is none
   */
  static long value(String json) {
    var value = VALUE.matcher(json);
    if (!value.lookingAt()) {
      throw new NumberFormatException(json);
    }
    return Long.parseLong(value.group(1));
  }

  /** One call; it starts when the client has said all. */
  private final class Call extends ClientCall<byte[], byte[]> {

    private final String path;
    private @Nullable Listener<byte[]> listener;
    private byte[] body = new byte[0];

    Call(String path) {
      this.path = path;
    }

    @Override
    public void start(Listener<byte[]> whoever, Metadata headers) {
      listener = whoever;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void sendMessage(byte[] command) {
      body = json(command);
    }

    @Override
    public void halfClose() {
      eventLoop.execute(this::send);
    }

    private void send() {
      var connection = idle.poll();
      if (connection != null) {
        connection.send(this);
        return;
      }
      var opened = new Connection();
      var ignored =
          loopback
              .connect(
                  port,
                  eventLoop,
                  new HttpClientCodec(),
                  new HttpObjectAggregator(MAX_RESPONSE_BYTES),
                  opened)
              .addListener(
                  connected -> {
                    if (connected.isSuccess()) {
                      opened.send(this);
                    } else {
                      fail(String.valueOf(connected.cause()));
                    }
                  });
    }

    void answered(FullHttpResponse response) {
      var text = response.content().toString(StandardCharsets.UTF_8);
      if (response.status().code() != 200) {
        fail(response.status() + " " + text);
        return;
      }
      try {
        listener().onMessage(CounterMessages.number(value(text)));
        listener().onClose(Status.OK, new Metadata());
      } catch (NumberFormatException e) {
        fail("unreadable reply: " + text);
      }
    }

    void fail(String problem) {
      listener().onClose(Status.UNKNOWN.withDescription(problem), new Metadata());
    }

    private Listener<byte[]> listener() {
      if (listener == null) {
        throw new IllegalStateException("not started");
      }
      return listener;
    }
  }

  /** One connection, with one call at a time. */
  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {

    private @Nullable ChannelHandlerContext context;
    private @Nullable Call call;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      context = added;
    }

    void send(Call next) {
      call = next;
      var request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.POST, next.path, Unpooled.wrappedBuffer(next.body));
      request
          .headers()
          .set(HttpHeaderNames.HOST, authority())
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, next.body.length);
      if (context != null) {
        var ignored = context.writeAndFlush(request);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext here, FullHttpResponse response) {
      var answered = call;
      call = null;
      idle.push(this);
      if (answered != null) {
        answered.answered(response);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
      var open = call;
      call = null;
      idle.remove(this);
      if (open != null) {
        open.fail("connection closed");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
      var ignored = here.close();
    }
  }
}
