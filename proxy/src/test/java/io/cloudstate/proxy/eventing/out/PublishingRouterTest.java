package io.cloudstate.proxy.eventing.out;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.router.Router;
import io.cloudstate.tck.model.Eventsourced;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishingRouterTest {

  private static final MethodDescriptor METHOD =
      Eventsourced.getDescriptor()
          .findServiceByName("EventSourcedTckModel")
          .findMethodByName("Process");
  private static final String SERVICE = METHOD.getService().getFullName();
  private static final Outcome REPLY =
      new Outcome.Replied(
          new Payload("type.googleapis.com/com.example.Reply", ByteString.EMPTY), Metadata.EMPTY);

  private final ScriptedBroker broker = new ScriptedBroker();
  private final List<Call> routed = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  @Test
  void replyIsReleasedWhenItIsPublished() {
    var router = router(EntityType.ACTION, true, Map.of(METHOD.getFullName(), "t"));
    router.route(call(), outcomes::add);
    assertThat(outcomes).isEmpty();
    broker.all.get(0).confirm();
    assertThat(outcomes).containsExactly(REPLY);
    assertThat(broker.all.get(0).topic()).isEqualTo("t");
  }

  @Test
  void methodWithoutOutIsNotTouched() {
    var router = router(EntityType.ACTION, true, Map.of("other.Service.Process", "t"));
    router.route(call(), outcomes::add);
    assertThat(outcomes).containsExactly(REPLY);
    assertThat(routed).containsExactly(call());
    assertThat(broker.all).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EVENT_SOURCED, true, true",
    "EVENT_SOURCED, false, false",
    "VALUE, true, true",
    "VALUE, false, false",
    "CRDT, true, false",
    "ACTION, true, false"
  })
  void onlyEntitiesThatStoreItAreToldWhereTheirReplyGoes(
      EntityType type, boolean hasOutbox, boolean isTold) {
    var router = router(type, hasOutbox, Map.of(METHOD.getFullName(), "t"));
    router.route(call(), outcomes::add);
    assertThat(routed).containsExactly(isTold ? call().publishedTo("t") : call());
  }

  @Test
  void streamedRepliesArePublishedToo() {
    var router = router(EntityType.ACTION, true, Map.of(METHOD.getFullName(), "t"));
    var stream =
        router.stream(
            call(),
            new StreamedCall.Listener<>() {
              @Override
              public void onRequested(int requests) {}

              @Override
              public void onNext(Outcome reply) {
                outcomes.add(reply);
              }

              @Override
              public void onCompleted() {
                outcomes.add(new Outcome.Completed());
              }

              @Override
              public void onFailed(io.cloudstate.proxy.call.Failure failure) {
                outcomes.add(new Outcome.Failed(failure));
              }
            });
    assertThat(stream).isSameAs(StreamedCall.ENDED);
    assertThat(outcomes).isEmpty();
    broker.all.get(0).confirm();
    assertThat(outcomes).containsExactly(REPLY, new Outcome.Completed());
  }

  private static Call call() {
    return new Call(SERVICE, METHOD.getName(), Payload.NONE, Metadata.EMPTY, 0);
  }

  private PublishingRouter router(
      EntityType type, boolean hasOutbox, Map<String, String> outTopics) {
    var method = new MethodDefinition(METHOD, "in", "out", List.of());
    var service =
        new ServiceDefinition(
            SERVICE, type, "p", Optional.empty(), Map.of(METHOD.getName(), method));
    var router =
        new PublishingRouter(new Answering(), call -> "", broker, hasOutbox, Clock.systemUTC());
    router.serve(new ServiceCatalog(List.of(service), List.of()), outTopics);
    return router;
  }

  /** Answers everything with one reply. */
  private final class Answering implements Router {

    @Override
    public void route(Call call, Consumer<Outcome> whenDone) {
      routed.add(call);
      whenDone.accept(REPLY);
    }

    @Override
    public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
      routed.add(call);
      listener.onNext(REPLY);
      listener.onCompleted();
      return StreamedCall.ENDED;
    }
  }
}
