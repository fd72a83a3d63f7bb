package io.cloudstate.proxy.ingress.calls;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.netty.channel.EventLoop;

/** Bytes as they are; bodies of streams are not read. */
record PlainFormat() implements StreamFormat {

  @Override
  public RequestMessage read(byte[] body) {
    return new RequestMessage.Complete(ByteString.copyFrom(body));
  }

  @Override
  public RequestSource source(HttpRequest request, RequestSource.Sink sink, EventLoop eventLoop) {
    return RequestSource.NONE;
  }

  @Override
  public ResponseHeaders head(Outcome.Replied first) {
    return head();
  }

  @Override
  public ResponseHeaders head() {
    return ResponseHeaders.of(HttpStatus.OK);
  }

  @Override
  public ReplyPart reply(ByteString message) {
    return new ReplyPart.Data(HttpData.wrap(message.toByteArray()));
  }

  @Override
  public HttpObject end(Metadata later) {
    return HttpData.ofAscii("end");
  }

  @Override
  public HttpObject end(Failure failure) {
    return HttpData.ofUtf8(failure.message());
  }

  @Override
  public HttpResponse response(Outcome outcome) {
    return HttpResponse.of(HttpStatus.NO_CONTENT);
  }
}
