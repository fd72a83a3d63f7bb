package io.cloudstate.samples.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityStreamTest {

  private final FakeProxy proxy = new FakeProxy();
  private final EntityStream<String, String> stream =
      new EntityStream<>(EntityStreamTest::twice, EntityStreamTest::failure, proxy);

  @Test
  void allAnswersOfTheSessionAreSentInTheirOrder() {
    stream.onNext("1");
    stream.onNext("2");

    assertThat(proxy.seen).containsExactly("1", "again 1", "2", "again 2");
  }

  @Test
  void halfCloseCompletesTheStream() {
    stream.onNext("1");

    stream.onCompleted();

    assertThat(proxy.seen).containsExactly("1", "again 1", "completed");
  }

  @Test
  void aFailureEndsTheStreamAndWhatFollowsIsIgnored() {
    stream.onNext("bad");

    stream.onNext("1");
    stream.onCompleted();

    assertThat(proxy.seen).containsExactly("bad", "completed");
  }

  @Test
  void aCancelledStreamIsNotAnswered() {
    stream.onError(new IllegalStateException("gone"));
    stream.onNext("1");
    stream.onCompleted();

    assertThat(proxy.seen).isEmpty();
  }

  private static List<String> twice(String message) {
    return message.equals("bad") ? List.of("bad") : List.of(message, "again " + message);
  }

  private static Failure failure(String answer) {
    return answer.equals("bad")
        ? Failure.newBuilder().setDescription("bad").build()
        : Failure.getDefaultInstance();
  }

  private static final class FakeProxy implements StreamObserver<String> {
    private final List<String> seen = new ArrayList<>();

    @Override
    public void onNext(String answer) {
      seen.add(answer);
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
