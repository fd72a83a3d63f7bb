package io.cloudstate.proxy.eventing.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.eventing.broker.BrokerUnavailable;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepliesTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Call CALL =
      new Call("com.example.Service", "Method", Payload.NONE, Metadata.EMPTY, 0);
  private static final Payload PAYLOAD =
      new Payload("type.googleapis.com/com.example.Reply", ByteString.copyFromUtf8("x"));

  private final ScriptedBroker broker = new ScriptedBroker();
  private String entityKey = "";
  private final Replies replies =
      new Replies(broker, Clock.fixed(NOW, ZoneOffset.UTC), call -> entityKey);

  @Test
  void replyIsGivenWhenItIsPublished() {
    var reply = new Outcome.Replied(PAYLOAD, Metadata.EMPTY);
    var given = replies.published(CALL, "t", reply).toCompletableFuture();
    assertThat(given).isNotDone();
    broker.all.get(0).confirm();
    assertThat(given).isCompletedWithValue(reply);
    var event = broker.all.get(0).event();
    assertThat(event.source()).isEqualTo("com.example.Service");
    assertThat(event.type()).isEqualTo("com.example.Reply");
    assertThat(event.time()).hasValue(NOW);
    assertThat(event.extensions()).isEmpty();
    assertThat(event.data()).isEqualTo(PAYLOAD.value());
  }

  @Test
  void eventNamesTheTraceOfTheCallAndTheCallerGetsTheReplyAsItIs() {
    var reply = new Outcome.Replied(PAYLOAD, Metadata.EMPTY);
    var call = CALL.traced(new TraceContext("00-a-b-01", "c=d"));
    var given = replies.published(call, "t", reply).toCompletableFuture();
    broker.all.get(0).confirm();
    assertThat(given).isCompletedWithValue(reply);
    assertThat(broker.all.get(0).event().extensions())
        .containsExactly(entry("traceparent", "00-a-b-01"), entry("tracestate", "c=d"));
  }

  @Test
  void entityIsTheKeyOfEventsThatHaveNone() {
    entityKey = "e";
    var unused = replies.published(CALL, "t", new Outcome.Replied(PAYLOAD, Metadata.EMPTY));
    unused = replies.published(CALL, "t", new Outcome.Replied(PAYLOAD, text("ce-subject", "s")));
    assertThat(broker.all.get(0).event().extensions()).isEqualTo(Map.of("partitionkey", "e"));
    assertThat(broker.all.get(1).event().extensions()).isEmpty();
    assertThat(broker.all.get(1).event().subject()).isEqualTo(Optional.of("s"));
  }

  @Test
  void failureToPublishIsAFailureOfTheCall() {
    var given =
        replies
            .published(CALL, "t", new Outcome.Replied(PAYLOAD, Metadata.EMPTY))
            .toCompletableFuture();
    broker.all.get(0).fail(new BrokerUnavailable("Kafka is away"));
    assertThat(given)
        .isCompletedWithValue(
            new Outcome.Failed(
                new Failure.StorageFailed(
                    "The reply was not published to topic t: Kafka is away")));
  }

  @Test
  void replyThatIsNoEventIsABadReply() {
    var given =
        replies
            .published(CALL, "t", new Outcome.Replied(PAYLOAD, text("ce-time", "yesterday")))
            .toCompletableFuture();
    assertThat(given.join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(Failure.BadReply.class));
  }

  @Test
  void nothingElseIsPublished() {
    var others =
        List.of(
            new Outcome.Completed(),
            new Outcome.Failed(new Failure.Refused("no")),
            new Outcome.Replied(PAYLOAD, Metadata.EMPTY, true));
    for (var outcome : others) {
      assertThat(replies.published(CALL, "t", outcome).toCompletableFuture())
          .isCompletedWithValue(outcome);
    }
    assertThat(broker.all).isEmpty();
  }

  private static Metadata text(String key, String value) {
    return new Metadata(List.of(new Metadata.Entry.Text(key, value)));
  }
}
