package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.ingress.calls.RequestSource;
import io.cloudstate.proxy.ingress.calls.StreamFormat;
import io.cloudstate.proxy.ingress.calls.UnaryFormat;
import io.netty.channel.EventLoop;

/**
 * Messages in frames, statuses in trailers.
 *
 * @param gzip whether the client compresses; then replies are compressed too
 * @param maxRequestBytes largest request message accepted, after decompression
 */
record GrpcFormat(boolean gzip, int maxRequestBytes) implements UnaryFormat, StreamFormat {

  @Override
  public RequestMessage read(byte[] body) {
    return FramedMessage.read(body, gzip, maxRequestBytes);
  }

  @Override
  public RequestSource source(HttpRequest request, RequestSource.Sink sink, EventLoop eventLoop) {
    var reader = new RequestReader(new RequestFrames(gzip, maxRequestBytes), sink);
    request.subscribe(reader, eventLoop);
    return reader;
  }

  @Override
  public ResponseHeaders head(Outcome.Replied first) {
    return ReplyHeaders.of(first.metadata(), gzip);
  }

  @Override
  public ResponseHeaders head() {
    return ReplyHeaders.of(Metadata.EMPTY, gzip);
  }

  @Override
  public ReplyPart reply(ByteString message) {
    return new ReplyPart.Data(
        HttpData.wrap(gzip ? ReplyMessage.gzipped(message) : ReplyMessage.plain(message)));
  }

  @Override
  public HttpObject end(Metadata later) {
    return ReplyHeaders.trailers(later);
  }

  @Override
  public HttpObject end(Failure failure) {
    return GrpcResponses.trailers(GrpcStatus.of(failure));
  }

  @Override
  public HttpResponse response(Outcome outcome) {
    return GrpcResponses.of(outcome, gzip);
  }
}
