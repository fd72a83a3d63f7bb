package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSourcedServiceTest {

  private final FakeProxy proxy = new FakeProxy();
  private final EventSourcedService service = new EventSourcedService(100);

  @Test
  void halfCloseCompletesTheStream() {
    var stream = service.handle(proxy);
    stream.onNext(init());

    stream.onCompleted();

    assertThat(proxy.seen).containsExactly("completed");
  }

  @Test
  void aBrokenProtocolEndsTheStreamAndWhatFollowsIsIgnored() {
    var stream = service.handle(proxy);
    stream.onNext(command());

    stream.onNext(init());
    stream.onCompleted();

    assertThat(proxy.seen).containsExactly("failure: command 1 before init", "completed");
  }

  @Test
  void aCancelledStreamIsNotAnswered() {
    var stream = service.handle(proxy);

    stream.onError(new IllegalStateException("gone"));
    stream.onNext(command());

    assertThat(proxy.seen).isEmpty();
  }

  private static EventSourcedStreamIn init() {
    return EventSourcedStreamIn.newBuilder()
        .setInit(EventSourcedInit.newBuilder().setEntityId("alice"))
        .build();
  }

  private static EventSourcedStreamIn command() {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(Command.newBuilder().setEntityId("alice").setId(1))
        .build();
  }

  private static final class FakeProxy implements StreamObserver<EventSourcedStreamOut> {
    private final List<String> seen = new ArrayList<>();

    @Override
    public void onNext(EventSourcedStreamOut answer) {
      seen.add("failure: " + answer.getFailure().getDescription());
    }

    @Override
    public void onError(Throwable cause) {
      seen.add("error");
    }

    @Override
    public void onCompleted() {
      seen.add("completed");
    }
  }
}
