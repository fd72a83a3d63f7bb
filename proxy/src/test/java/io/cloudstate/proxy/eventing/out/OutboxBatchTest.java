package io.cloudstate.proxy.eventing.out;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.eventing.broker.BrokerUnavailable;
import io.cloudstate.proxy.eventing.broker.EventRefused;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import io.cloudstate.proxy.testing.CapturedLog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxBatchTest {

  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

  private final ScriptedBroker broker = new ScriptedBroker();

  @Test
  void repliesOfOneEntityArePublishedOneAfterTheOtherAndOthersBeside() {
    var published =
        OutboxBatch.publish(broker, List.of(entry(1, "a"), entry(2, "a"), entry(3, "b")));
    assertThat(ids()).containsExactly("id-1", "id-3");
    broker.all.get(0).confirm();
    assertThat(ids()).containsExactly("id-1", "id-3", "id-2");
    broker.all.get(1).confirm();
    assertThat(published).isNotDone();
    broker.all.get(2).confirm();
    assertThat(published).isCompletedWithValue(List.of(1L, 2L, 3L));
  }

  @Test
  void afterOneThatIsNotPublishedNoLaterOneOfItsEntityIs() {
    var published =
        OutboxBatch.publish(broker, List.of(entry(1, "a"), entry(2, "a"), entry(3, "b")));
    broker.all.get(0).fail(new BrokerUnavailable("away"));
    broker.all.get(1).confirm();
    assertThat(ids()).containsExactly("id-1", "id-3");
    assertThat(published).isCompletedWithValue(List.of(3L));
  }

  @Test
  void whatCanNeverBePublishedIsGivenUpWithALine() {
    try (var log = CapturedLog.begin()) {
      var badTime =
          entry(2, "a", new Metadata(List.of(new Metadata.Entry.Text("ce-time", "yesterday"))));
      var published = OutboxBatch.publish(broker, List.of(entry(1, "a"), badTime, entry(3, "a")));
      broker.all.get(0).fail(new EventRefused("too large", new IllegalStateException()));
      broker.all.get(1).confirm();
      assertThat(published).isCompletedWithValue(List.of(1L, 2L, 3L));
      assertThat(log.lines())
          .containsExactly(
              "ERROR event id-1 for topic t is given up: too large",
              "ERROR event id-2 for topic t is given up: ce-time: yesterday (expected: a time such"
                  + " as 2026-01-31T12:00:00Z)");
    }
  }

  @Test
  void eventIsTheReplyWithTheEntityAsItsKey() {
    var unused = OutboxBatch.publish(broker, List.of(entry(1, "a")));
    var publishing = broker.all.get(0);
    assertThat(publishing.topic()).isEqualTo("t");
    var event = publishing.event();
    assertThat(event.source()).isEqualTo("com.example.Service");
    assertThat(event.type()).isEqualTo("com.example.Reply");
    assertThat(event.contentType()).isEqualTo("application/protobuf");
    assertThat(event.time()).hasValue(TIME);
    assertThat(event.extensions()).isEqualTo(Map.of("partitionkey", "a"));
  }

  private List<String> ids() {
    return broker.all.stream().map(publishing -> publishing.event().id()).toList();
  }

  private static Outbox.Entry entry(long number, String key) {
    return entry(number, key, Metadata.EMPTY);
  }

  private static Outbox.Entry entry(long number, String key, Metadata metadata) {
    var payload = new Payload("type.googleapis.com/com.example.Reply", ByteString.EMPTY);
    return new Outbox.Entry(
        number,
        "id-" + number,
        TIME,
        new OutgoingReply("t", "com.example.Service", key, payload, metadata));
  }
}
