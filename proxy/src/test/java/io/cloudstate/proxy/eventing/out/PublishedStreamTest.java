package io.cloudstate.proxy.eventing.out;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublishedStreamTest {

  private final List<CompletableFuture<Outcome>> publishing = new ArrayList<>();
  private final List<Object> seen = new ArrayList<>();
  private boolean isCancelled;

  private final PublishedStream stream =
      new PublishedStream(
          new StreamedCall.Listener<>() {
            @Override
            public void onRequested(int requests) {
              seen.add("requested " + requests);
            }

            @Override
            public void onNext(Outcome reply) {
              seen.add(reply);
            }

            @Override
            public void onCompleted() {
              seen.add("completed");
            }

            @Override
            public void onFailed(Failure failure) {
              seen.add(failure);
            }
          },
          outcome -> {
            var published = new CompletableFuture<Outcome>();
            publishing.add(published);
            return published;
          });

  {
    stream.comesFrom(
        new StreamedCall() {
          @Override
          public void request(int replies) {}

          @Override
          public void send(Payload request) {}

          @Override
          public void halfClose() {}

          @Override
          public void cancel() {
            isCancelled = true;
          }
        });
  }

  @Test
  void repliesAreReleasedInOrderWhenTheyArePublished() {
    stream.onNext(reply("a"));
    stream.onNext(reply("b"));
    publishing.get(1).complete(reply("b"));
    assertThat(seen).isEmpty();
    publishing.get(0).complete(reply("a"));
    assertThat(seen).containsExactly(reply("a"), reply("b"));
  }

  @Test
  void fourArePublishedAtATime() {
    for (var i = 0; i < 6; i++) {
      stream.onNext(reply("" + i));
    }
    assertThat(publishing).hasSize(4);
    publishing.get(0).complete(reply("0"));
    assertThat(publishing).hasSize(5);
  }

  @Test
  void endComesAfterTheLastIsPublished() {
    stream.onNext(reply("a"));
    stream.onCompleted();
    assertThat(seen).isEmpty();
    publishing.get(0).complete(reply("a"));
    assertThat(seen).containsExactly(reply("a"), "completed");
  }

  @Test
  void failureOfTheCallComesAfterWhatWasBeforeIt() {
    var failure = new Failure.Refused("no");
    stream.onNext(reply("a"));
    stream.onFailed(failure);
    publishing.get(0).complete(reply("a"));
    assertThat(seen).containsExactly(reply("a"), failure);
  }

  @Test
  void replyThatIsNotPublishedEndsTheCall() {
    var failure = new Failure.StorageFailed("away");
    stream.onNext(reply("a"));
    stream.onNext(reply("b"));
    publishing.get(0).complete(new Outcome.Failed(failure));
    publishing.get(1).complete(reply("b"));
    stream.onCompleted();
    assertThat(seen).containsExactly(failure);
    assertThat(isCancelled).isTrue();
  }

  @Test
  void emptyStreamEndsAtOnce() {
    stream.onRequested(2);
    stream.onCompleted();
    assertThat(seen).containsExactly("requested 2", "completed");
  }

  private static Outcome reply(String text) {
    return new Outcome.Replied(new Payload("t", ByteString.copyFromUtf8(text)), Metadata.EMPTY);
  }
}
