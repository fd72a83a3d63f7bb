package io.cloudstate.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Streamed calls at the end of the proxy, with a kind that does what the test says. */
class OpenStreamsTest {

  private static final String CRDT = "Crdt";
  private static final String ACTION = "Action";
  private static final String STOPPING = "failed: the proxy is shutting down";

  private final ScriptedKind kind = new ScriptedKind();
  private final OpenStreams streams = streams();

  @Test
  void streamedCommandOfACrdtThatWasAnsweredEndsAtOnce() {
    // Given
    var client = new Client();
    open(CRDT, client);
    kind.streams().get(0).answer(reply("first"));
    // When
    streams.endWatches();
    // Then
    assertThat(client.heard).containsExactly("first", STOPPING);
    assertThat(kind.streams().get(0).isCancelled).isTrue();
  }

  @Test
  void streamedCommandOfACrdtThatWasNotAnsweredEndsAfterItsFirstAnswer() {
    // Given
    var client = new Client();
    open(CRDT, client);
    // When
    streams.endWatches();
    // Then
    assertThat(client.heard).isEmpty();
    kind.streams().get(0).answer(new Answer(new ClientAction.None(), List.of()));
    assertThat(client.heard).containsExactly("Completed[]", STOPPING);
    assertThat(kind.streams().get(0).isCancelled).isTrue();
  }

  @Test
  void otherStreamsGoOnUntilAllAreEnded() {
    // Given
    var client = new Client();
    open(ACTION, client);
    kind.streams().get(0).answer(reply("first"));
    // When
    streams.endWatches();
    kind.streams().get(0).answer(reply("second"));
    // Then
    assertThat(client.heard).containsExactly("first", "second");
    assertThat(kind.streams().get(0).isCancelled).isFalse();
    // When
    streams.endAll();
    // Then
    assertThat(client.heard).containsExactly("first", "second", STOPPING);
    assertThat(kind.streams().get(0).isCancelled).isTrue();
  }

  @Test
  void commandThatWasNotAnsweredEndsWithAllOthers() {
    var client = new Client();
    open(CRDT, client);
    streams.endWatches();
    streams.endAll();
    assertThat(client.heard).containsExactly(STOPPING);
    assertThat(kind.streams().get(0).isCancelled).isTrue();
  }

  @Test
  void streamThatIsOpenedAfterAllWereEndedEndsTooAndItsKindIsTold() {
    streams.endAll();
    var client = new Client();
    open(ACTION, client);
    assertThat(client.heard).containsExactly(STOPPING);
    assertThat(kind.streams().get(0).isCancelled).isTrue();
  }

  @Test
  void nothingIsHeardAfterTheEnd() {
    // Given
    var client = new Client();
    open(ACTION, client);
    streams.endAll();
    // When
    kind.streams().get(0).answer(reply("late"));
    kind.streams().get(0).listener.onRequested(1);
    kind.streams().get(0).listener.onCompleted();
    streams.endAll();
    // Then
    assertThat(client.heard).containsExactly(STOPPING);
  }

  @Test
  void streamsThatHaveEndedAreNotEndedAgain() {
    // Given
    var completed = new Client();
    open(CRDT, completed);
    kind.streams().get(0).answer(reply("first"));
    kind.streams().get(0).listener.onCompleted();
    var failed = new Client();
    open(CRDT, failed);
    kind.streams().get(1).answer(reply("first"));
    kind.streams().get(1).listener.onFailed(new Failure.Refused("no"));
    var gone = new Client();
    var call = open(CRDT, gone);
    kind.streams().get(2).answer(reply("first"));
    call.cancel();
    // When
    streams.endWatches();
    streams.endAll();
    // Then
    assertThat(completed.heard).containsExactly("first", "end");
    assertThat(failed.heard).containsExactly("first", "failed: no");
    assertThat(gone.heard).containsExactly("first");
    assertThat(kind.streams().get(2).isCancelled).isTrue();
  }

  @Test
  void requestsAndDemandGoUp() {
    // Given
    var client = new Client();
    var call = streams.stream(call(ACTION, "Talk"), client);
    // When
    kind.streams().get(0).listener.onRequested(1);
    call.send(new Payload("in", ByteString.copyFromUtf8("a")));
    call.halfClose();
    // Then
    assertThat(client.heard).containsExactly("asked for 1");
    assertThat(kind.streams().get(0).requests).hasSize(1);
    assertThat(kind.streams().get(0).isHalfClosed).isTrue();
  }

  private StreamedCall open(String service, Client client) {
    var call = streams.stream(call(service, "GetMany"), client);
    call.request(10);
    return call;
  }

  private OpenStreams streams() {
    var catalog =
        new ServiceCatalog(
            List.of(service(CRDT, EntityType.CRDT), service(ACTION, EntityType.ACTION)), List.of());
    var router =
        new CatalogRouter(
            new ProxySettings.Routing(3, 5, 10, 20),
            Duration.ofMinutes(1),
            Map.of(EntityType.CRDT, kind, EntityType.ACTION, kind),
            report -> {},
            () -> 0);
    router.serve(catalog);
    var made = new OpenStreams(router);
    made.serve(catalog);
    return made;
  }

  private static ServiceDefinition service(String name, EntityType type) {
    return new ServiceDefinition(
        name,
        type,
        "",
        Optional.empty(),
        Map.of("GetMany", KeyMethods.streamed("GetMany"), "Talk", KeyMethods.streamed("Talk")));
  }

  private static Call call(String service, String method) {
    var payload =
        method.equals("Talk") ? Payload.NONE : new Payload("in", ByteString.copyFromUtf8("x"));
    return new Call(service, method, payload, Metadata.EMPTY, Call.noDeadline(0));
  }

  private static Answer reply(String text) {
    var payload = new Payload("out", ByteString.copyFromUtf8(text));
    return new Answer(new ClientAction.Reply(payload, Metadata.EMPTY), List.of());
  }

  private static final class Client implements StreamedCall.Listener<Outcome> {

    private final List<String> heard = new ArrayList<>();

    @Override
    public void onRequested(int requests) {
      heard.add("asked for " + requests);
    }

    @Override
    public void onNext(Outcome outcome) {
      heard.add(
          outcome instanceof Outcome.Replied replied
              ? replied.payload().value().toStringUtf8()
              : outcome.toString());
    }

    @Override
    public void onCompleted() {
      heard.add("end");
    }

    @Override
    public void onFailed(Failure failure) {
      heard.add("failed: " + failure.message());
    }
  }
}
