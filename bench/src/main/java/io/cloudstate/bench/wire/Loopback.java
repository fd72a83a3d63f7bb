package io.cloudstate.bench.wire;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * gRPC on this machine with a fixed number of event loops, on which all callbacks run: whoever uses
 * it may not block in one. A channel stays on one event loop for good.
 */
public final class Loopback {

  private static final int MAX_MESSAGE = 8 * 1024 * 1024;

  private final EventLoopGroup eventLoops;

  public Loopback(int threads) {
    eventLoops =
        Epoll.isAvailable() ? new EpollEventLoopGroup(threads) : new NioEventLoopGroup(threads);
  }

  public ManagedChannel connect(int port) {
    Class<? extends Channel> type =
        Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    return NettyChannelBuilder.forAddress(address(port))
        .eventLoopGroup(eventLoops)
        .channelType(type)
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE)
        .usePlaintext()
        .build();
  }

  /** One of the event loops, each in turn. */
  public EventLoop eventLoop() {
    return eventLoops.next();
  }

  /** Opens a connection that these handlers speak on. */
  public ChannelFuture connect(int port, EventLoop eventLoop, ChannelHandler... handlers) {
    return new Bootstrap()
        .group(eventLoop)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
              }
            })
        .connect(address(port));
  }

  /**
   * Starts a server.
   *
   * @param port 0 for any free one
   * @param streamsPerConnection how many calls a connection may have open; 0 for no limit
   */
  public Server serve(
      int port,
      int streamsPerConnection,
      List<BindableService> services,
      List<ServerServiceDefinition> definitions)
      throws IOException {
    Class<? extends ServerChannel> type =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    var builder =
        NettyServerBuilder.forAddress(address(port))
            .bossEventLoopGroup(eventLoops)
            .workerEventLoopGroup(eventLoops)
            .channelType(type)
            .directExecutor()
            .addServices(definitions);
    services.forEach(builder::addService);
    if (streamsPerConnection > 0) {
      builder.maxConcurrentCallsPerConnection(streamsPerConnection);
    }
    return builder.build().start();
  }

  /** Ends the event loops; channels and servers on them are to be closed before. */
  public void close() {
    var ignored = eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
