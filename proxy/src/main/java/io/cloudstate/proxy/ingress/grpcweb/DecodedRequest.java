package io.cloudstate.proxy.ingress.grpcweb;

import com.linecorp.armeria.common.FilteredHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.ingress.calls.UnreadableBody;
import org.reactivestreams.Subscriber;

/** A request in text as the same request in binary. Its body fails if the text is no base64. */
final class DecodedRequest extends FilteredHttpRequest {

  private final Base64Groups groups = new Base64Groups();

  DecodedRequest(HttpRequest request) {
    super(request);
  }

  @Override
  protected HttpObject filter(HttpObject object) {
    if (!(object instanceof HttpData data)) {
      return object;
    }
    var decoded = groups.decode(data.array());
    if (decoded == null) {
      throw unreadable("not base64");
    }
    return HttpData.wrap(decoded);
  }

  @Override
  protected void beforeComplete(Subscriber<? super HttpObject> subscriber) {
    if (!groups.isComplete()) {
      throw unreadable("cut off within a group of base64");
    }
  }

  private static UnreadableBody unreadable(String problem) {
    return new UnreadableBody(
        new Failure.BadCall(
            "request body: %s (expected: groups of four characters)".formatted(problem)));
  }
}
