package io.cloudstate.proxy.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A name server in this JVM that knows one name, and that by IPv4 alone. Without addresses it does
 * not know that either.
 */
public final class NameServer implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final long TTL_SECONDS = 1;

  private final String name;
  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;
  private volatile List<String> addresses = List.of();

  private NameServer(String name) {
    this.name = name + ".";
    this.channel =
        new Bootstrap()
            .group(thread)
            .channel(NioDatagramChannel.class)
            .handler(new Pipeline())
            .bind(HOST, 0)
            .syncUninterruptibly()
            .channel();
  }

  public static NameServer start(String name) {
    return new NameServer(name);
  }

  /** Where it is asked, as {@code host:port}. */
  public String address() {
    return HOST + ":" + ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** From now on these are the name's. */
  public void setAddresses(List<String> all) {
    addresses = List.copyOf(all);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Pipeline extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel udp) {
      udp.pipeline()
          .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
    }
  }

  private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      var unused = context.writeAndFlush(answer(query, query.recordAt(DnsSection.QUESTION)));
    }
  }

  private DatagramDnsResponse answer(DatagramDnsQuery query, DnsQuestion question) {
    var answer =
        new DatagramDnsResponse(
            /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
    answer.addRecord(DnsSection.QUESTION, question);
    var known = question.name().equalsIgnoreCase(name) ? addresses : List.<String>of();
    if (known.isEmpty()) {
      answer.setCode(DnsResponseCode.NXDOMAIN);
    } else if (question.type().equals(DnsRecordType.A)) {
      known.forEach(address -> answer.addRecord(DnsSection.ANSWER, record(address)));
    }
    return answer;
  }

  private DefaultDnsRawRecord record(String address) {
    var bytes = Unpooled.wrappedBuffer(NetUtil.createByteArrayFromIpAddressString(address));
    return new DefaultDnsRawRecord(name, DnsRecordType.A, TTL_SECONDS, bytes);
  }
}
