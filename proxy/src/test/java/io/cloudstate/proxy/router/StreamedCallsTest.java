package io.cloudstate.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Answer.Target;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streamed calls on their way through the router, with a kind that does what the test says. */
class StreamedCallsTest {

  private static final int MAX_HOPS = 3;
  private static final int MAX_COMMANDS = 5;
  private static final int MAX_QUEUED = 20;
  private static final Duration RELAY_TIMEOUT = Duration.ofMinutes(1);
  private static final Failure REFUSED = new Failure.Refused("no");

  private final ScriptedKind kind = new ScriptedKind();
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final Client client = new Client();
  private final CatalogRouter router = router(RELAY_TIMEOUT);

  /** The end of a call as its caller hears it, in the order it came. */
  private static final class Client implements StreamedCall.Listener<Outcome> {

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private int askedFor;

    @Override
    public void onRequested(int requests) {
      askedFor += requests;
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

  // --- requests

  @Test
  void requestsGoUpAsTheKindAsksForThem() {
    // Given
    var call = stream("Talk");
    var stream = onlyStream();
    // When
    stream.listener.onRequested(2);
    call.send(in("a"));
    call.send(in("b"));
    call.halfClose();
    // Then
    assertThat(client.askedFor).isEqualTo(2);
    assertThat(stream.call.payload()).isEqualTo(Payload.NONE);
    assertThat(stream.requests).containsExactly(in("a"), in("b"));
    assertThat(stream.isHalfClosed).isTrue();
  }

  @Test
  void aCancelReachesTheKind() {
    var call = stream("Talk");
    call.cancel();
    assertThat(onlyStream().isCancelled).isTrue();
  }

  // --- replies

  @Test
  void repliesComeInOrderThenTheEnd() {
    stream("GetMany").request(10);
    onlyStream().answer(reply("a"), reply("b"), nothing(), reply("c"));
    onlyStream().listener.onCompleted();
    assertThat(client.heard).containsExactly("a", "b", "Completed[]", "c", "end");
  }

  @Test
  void repliesWaitUntilTheyAreRequested() {
    // Given
    var call = stream("GetMany");
    onlyStream().answer(reply("a"), reply("b"), reply("c"));
    onlyStream().listener.onCompleted();
    assertThat(client.heard).isEmpty();
    // When
    call.request(2);
    // Then
    assertThat(client.heard).containsExactly("a", "b");
    call.request(1);
    assertThat(client.heard).containsExactly("a", "b", "c", "end");
  }

  @Test
  void theKindIsAskedForNoMoreThanAFewInAdvance() {
    // Given
    var call = stream("GetMany");
    var inAdvance = onlyStream().requestedReplies;
    assertThat(inAdvance).isBetween(1, MAX_QUEUED);
    // When
    var sent = 0;
    for (var i = 0; i < 1_000; i++) {
      call.request(1);
      while (sent < onlyStream().requestedReplies) {
        onlyStream().answer(reply(Integer.toString(sent++)));
      }
    }
    // Then
    assertThat(onlyStream().requestedReplies).isBetween(1_000, 1_000 + inAdvance);
    assertThat(client.heard)
        .containsExactlyElementsOf(IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
  }

  @Test
  void aKindThatDoesNotWaitFailsTheCallOfASlowClientAndIsTold() {
    // Given
    stream("GetMany");
    for (var i = 0; i < MAX_QUEUED; i++) {
      onlyStream().answer(reply("x"));
    }
    assertThat(onlyStream().isCancelled).isFalse();
    // When
    onlyStream().answer(reply("one too many"));
    // Then
    assertThat(client.heard)
        .containsExactly(
            "failed: 21 replies of [One.GetMany] wait for the client (expected: at most 20)");
    assertThat(onlyStream().isCancelled).isTrue();
  }

  @Test
  void aFailureEndsTheCallAfterTheRepliesBeforeItAndCancelsTheKind() {
    // Given
    var call = stream("GetMany");
    onlyStream().answer(reply("a"), Answer.failed(REFUSED), reply("b"));
    assertThat(client.heard).isEmpty();
    // When
    call.request(10);
    // Then
    assertThat(client.heard).containsExactly("a", "failed: no");
    assertThat(onlyStream().isCancelled).isTrue();
  }

  @Test
  void aFailingKindFailsTheCallAfterItsReplies() {
    var call = stream("GetMany");
    onlyStream().answer(reply("a"));
    onlyStream().listener.onFailed(REFUSED);
    assertThat(client.heard).isEmpty();
    call.request(1);
    assertThat(client.heard).containsExactly("a", "failed: no");
  }

  @Test
  void nothingIsForAClientThatHasCancelled() {
    var call = stream("GetMany");
    onlyStream().answer(reply("a"));
    call.cancel();
    call.request(10);
    onlyStream().answer(reply("b"));
    onlyStream().listener.onCompleted();
    assertThat(client.heard).isEmpty();
  }

  @Test
  void repliesOfAnotherTypeAreReported() {
    stream("GetMany").request(1);
    onlyStream()
        .answer(
            answer(
                new ClientAction.Reply(
                    new Payload("other", ByteString.copyFromUtf8("a")), Metadata.EMPTY)));
    assertThat(reports)
        .containsExactly(
            "Warning: One.GetMany: Expected reply type_url to be [out] but was [other].");
    assertThat(client.heard).containsExactly("a");
  }

  @Test
  void unknownMethodsAreNotServed() {
    router.stream(call("Nobody", "Talk"), client);
    router.stream(call("One", "Nothing"), client);
    assertThat(client.heard)
        .containsExactly(
            "failed: Service [Nobody] unknown",
            "failed: Service [One] does not have a command named: [Nothing]");
    assertThat(reports).isEmpty();
  }

  // --- side effects

  @Test
  void effectsOfEachReplyRunBeforeItAndBeforeTheNextIsLookedAt() {
    // Given
    stream("GetMany").request(10);
    // When
    onlyStream().answer(withEffect("a", "Two", true), withEffect("b", "Three", true));
    onlyStream().listener.onCompleted();
    // Then
    assertThat(kind.started()).containsExactly("One", "Two");
    assertThat(client.heard).isEmpty();
    kind.answer("Two", Answer.failed(REFUSED));
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
    assertThat(client.heard).containsExactly("a");
    kind.answer("Three", nothing());
    assertThat(client.heard).containsExactly("a", "b", "end");
  }

  @Test
  void asynchronousEffectsAreNotWaitedFor() {
    stream("GetMany").request(10);
    onlyStream().answer(withEffect("a", "Two", false));
    assertThat(kind.started()).containsExactly("One", "Two");
    assertThat(client.heard).containsExactly("a");
    kind.answer("Two", nothing());
  }

  @Test
  void effectsOfAFailureRunBeforeTheCallFails() {
    // Given
    stream("GetMany").request(10);
    var effect = new SideEffect(new Target("Two", "Get", in("x"), Metadata.EMPTY), true);
    // When
    onlyStream().answer(new Answer(new ClientAction.Fail(REFUSED), List.of(effect)));
    // Then
    assertThat(kind.started()).containsExactly("One", "Two");
    assertThat(client.heard).isEmpty();
    kind.answer("Two", nothing());
    assertThat(client.heard).containsExactly("failed: no");
  }

  @Test
  void anEffectOnAnUnknownTargetIsReportedAndIgnored() {
    stream("GetMany").request(10);
    onlyStream().answer(withEffect("a", "Nobody", true), withEffect("b", "Nobody", false));
    assertThat(client.heard).containsExactly("a", "b");
    assertThat(reports)
        .containsExactly(
            "Service [Nobody] unknown\n  side-effect of One.GetMany",
            "Service [Nobody] unknown\n  side-effect of One.GetMany");
  }

  @Test
  void effectsOfTheRepliesOfAForwardRunBeforeThem() {
    // Given
    stream("GetMany").request(10);
    onlyStream().answer(forward("Two", "GetMany"));
    // When
    kind.streams().get(1).answer(withEffect("a", "Three", true), reply("b"));
    kind.streams().get(1).listener.onCompleted();
    // Then
    assertThat(client.heard).isEmpty();
    kind.answer("Three", nothing());
    assertThat(client.heard).containsExactly("a", "b");
  }

  @Test
  void metadataOfTheCallAreNotInheritedByForwardsAndEffects() {
    // Given
    var ofClient = metadata("of the client");
    var own = metadata("its own");
    var made = new Call("One", "GetMany", in("request"), ofClient, Call.noDeadline(0));
    router.stream(made, client).request(10);
    // When
    for (var method : List.of("Get", "Put", "GetMany", "Talk")) {
      var target = new Target("Two", method, in("x"), own);
      onlyStream().answer(answer(new ClientAction.Forward(target)));
      endOf("Two", method);
      onlyStream()
          .answer(new Answer(new ClientAction.None(), List.of(new SideEffect(target, true))));
      endOf("Two", method);
    }
    // Then
    assertThat(kind.calls().get(0).metadata()).isEqualTo(ofClient);
    assertThat(kind.calls().stream().skip(1).map(Call::metadata)).hasSize(8).containsOnly(own);
    assertThat(client.heard).hasSize(8);
  }

  @Test
  void afterACancelEffectsStillRunAndActionsAreDropped() {
    var call = stream("GetMany");
    call.cancel();
    kind.answers("Two", nothing());
    onlyStream().answer(withEffect("a", "Two", true));
    assertThat(kind.started()).containsExactly("One", "Two");
    assertThat(client.heard).isEmpty();
  }

  @Test
  void eachAnswerMayStartAsManyCommandsAsACall() {
    stream("GetMany").request(100);
    kind.answers("Two", nothing());
    for (var i = 0; i < 10 * MAX_COMMANDS; i++) {
      onlyStream().answer(withEffect("a", "Two", true));
    }
    assertThat(kind.started()).hasSize(1 + 10 * MAX_COMMANDS);
    assertThat(reports).isEmpty();
  }

  @Test
  void anEffectOnAStreamIsWaitedForToItsEnd() {
    // Given
    stream("GetMany").request(10);
    // When
    onlyStream().answer(withEffect("a", "Two", "Talk", true));
    var effect = kind.streams().get(1);
    effect.listener.onRequested(1);
    // Then
    assertThat(effect.requests).containsExactly(in("x"));
    assertThat(effect.isHalfClosed).isTrue();
    for (var i = 0; i < 3 * MAX_QUEUED; i++) {
      effect.answer(reply("dropped"));
    }
    assertThat(client.heard).isEmpty();
    effect.listener.onCompleted();
    assertThat(client.heard).containsExactly("a");
  }

  @Test
  void anEffectOnAStreamThatNeverEndsIsCancelled() {
    // Given
    var impatient = router(Duration.ofMillis(50));
    impatient.stream(call("One", "GetMany"), client).request(10);
    // When
    onlyStream().answer(withEffect("a", "Two", "GetMany", true));
    // Then
    await().until(() -> client.heard.equals(List.of("a")));
    await().until(() -> kind.streams().get(1).isCancelled);
  }

  // --- forwards

  @Test
  void aForwardPutsAllRepliesOfItsTargetInThePlaceOfTheReply() {
    // Given
    var call = stream("GetMany");
    onlyStream().answer(forward("Two", "Talk"), reply("d"));
    onlyStream().listener.onCompleted();
    call.request(3);
    var target = kind.streams().get(1);
    target.listener.onRequested(8);
    assertThat(target.requests).containsExactly(in("x"));
    assertThat(target.isHalfClosed).isTrue();
    // When
    target.answer(reply("a"), reply("b"), reply("c"), reply("c2"));
    target.listener.onCompleted();
    // Then
    assertThat(client.heard).containsExactly("a", "b", "c");
    call.request(2);
    assertThat(client.heard).containsExactly("a", "b", "c", "c2", "d", "end");
  }

  @Test
  void aForwardToAUnaryMethodGivesItsReply() {
    stream("GetMany").request(10);
    onlyStream().answer(forward("Two", "Get"), forward("Three", "Get"), reply("c"));
    kind.answer("Two", reply("a"));
    kind.answer("Three", nothing());
    assertThat(client.heard).containsExactly("a", "Completed[]", "c");
  }

  @Test
  void aFailingForwardFailsTheCall() {
    stream("GetMany").request(10);
    onlyStream().answer(forward("Two", "GetMany"), reply("never"));
    kind.streams().get(1).listener.onFailed(REFUSED);
    assertThat(client.heard).containsExactly("failed: no");
    assertThat(onlyStream().isCancelled).isTrue();
  }

  @Test
  void aCancelReachesTheTargetOfAForward() {
    var call = stream("GetMany");
    call.request(10);
    onlyStream().answer(forward("Two", "GetMany"));
    call.cancel();
    assertThat(kind.streams()).allMatch(stream -> stream.isCancelled);
  }

  @Test
  void forwardsHaveALimit() {
    // Given
    stream("GetMany").request(10);
    // When
    for (var i = 0; i <= MAX_HOPS; i++) {
      kind.streams().get(i).answer(forward("One", "GetMany"));
    }
    // Then
    assertThat(client.heard)
        .containsExactly(
            "failed: 4 forwards and side effects in a row at [One.GetMany] (expected: at most 3)");
    assertThat(kind.streams()).allMatch(stream -> stream.isCancelled);
    assertThat(reports).hasSize(1);
  }

  @Test
  void anUnknownTargetIsReportedWithTheTrace() {
    stream("GetMany").request(10);
    onlyStream().answer(forward("Nobody", "Get"));
    assertThat(client.heard).containsExactly("failed: Service [Nobody] unknown");
    assertThat(reports).containsExactly("Service [Nobody] unknown\n  forwarded from One.GetMany");
  }

  // --- where one outcome is expected

  @Test
  void aUnaryCallTakesTheOneReplyOfAStream() {
    // Given
    var outcomes = new ArrayList<Outcome>();
    kind.answers("One", forward("Two", "GetMany"));
    router.route(call("One", "Get"), outcomes::add);
    // When
    onlyStream().answer(reply("a"));
    assertThat(outcomes).isEmpty();
    onlyStream().listener.onCompleted();
    // Then
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("a"), Metadata.EMPTY));
  }

  @Test
  void aUnaryCallHasNoPlaceForASecondReply() {
    // Given
    var outcomes = new ArrayList<Outcome>();
    kind.answers("One", forward("Two", "GetMany"));
    router.route(call("One", "Get"), outcomes::add);
    // When
    onlyStream().answer(reply("a"), reply("b"), reply("c"));
    // Then
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0))
        .isEqualTo(
            new Outcome.Failed(
                new Failure.Misrouted(
                    "[Two.GetMany] has more than one reply (expected: one, for a call that is not"
                        + " streamed)")));
    assertThat(onlyStream().isCancelled).isTrue();
  }

  @Test
  void aKindThatDoesNotStreamSaysSo() {
    var kinds =
        Map.<EntityType, io.cloudstate.proxy.entity.EntityKind>of(
            EntityType.ACTION,
            new io.cloudstate.proxy.entity.EntityKind() {
              @Override
              public int maxKeyLength(ServiceDefinition service) {
                return 1;
              }

              @Override
              public void invoke(
                  ServiceDefinition service,
                  String entityId,
                  Call call,
                  java.util.function.Consumer<Answer> answer) {
                throw new AssertionError("not unary");
              }
            });
    var other = new CatalogRouter(settings(), RELAY_TIMEOUT, kinds, reports::add, () -> 0);
    other.serve(catalog());
    other.stream(call("One", "Talk"), client).request(1);
    assertThat(client.heard).containsExactly("failed: streamed methods are not served: One.Talk");
  }

  // --- the words above

  private StreamedCall stream(String method) {
    return router.stream(call("One", method), client);
  }

  /** Ends the command that came last. */
  private void endOf(String service, String method) {
    if (method.equals("Get")) {
      kind.answer(service, nothing());
    } else {
      var stream = kind.streams().get(kind.streams().size() - 1);
      stream.answer(nothing());
      stream.listener.onCompleted();
    }
  }

  private static Metadata metadata(String value) {
    return new Metadata(List.of(new Metadata.Entry.Text("key", value)));
  }

  private ScriptedKind.Streamed onlyStream() {
    return kind.streams().get(0);
  }

  private CatalogRouter router(Duration relayTimeout) {
    var made =
        new CatalogRouter(
            settings(), relayTimeout, Map.of(EntityType.ACTION, kind), reports::add, () -> 0);
    made.serve(catalog());
    return made;
  }

  private static ProxySettings.Routing settings() {
    return new ProxySettings.Routing(MAX_HOPS, MAX_COMMANDS, 10, MAX_QUEUED);
  }

  private static ServiceCatalog catalog() {
    return new ServiceCatalog(
        Stream.of("One", "Two", "Three").map(StreamedCallsTest::service).toList(), List.of());
  }

  private static ServiceDefinition service(String name) {
    return new ServiceDefinition(
        name,
        EntityType.ACTION,
        "",
        Optional.empty(),
        Map.of(
            "Get", KeyMethods.keyedBy(),
            "GetMany", KeyMethods.streamed("GetMany"),
            "Put", KeyMethods.streamed("Put"),
            "Talk", KeyMethods.streamed("Talk")));
  }

  private static Call call(String service, String method) {
    var payload = method.equals("Talk") ? Payload.NONE : in("request");
    return new Call(service, method, payload, Metadata.EMPTY, Call.noDeadline(0));
  }

  private static Answer reply(String text) {
    return answer(new ClientAction.Reply(out(text), Metadata.EMPTY));
  }

  private static Answer nothing() {
    return answer(new ClientAction.None());
  }

  private static Answer forward(String service, String method) {
    return answer(new ClientAction.Forward(new Target(service, method, in("x"), Metadata.EMPTY)));
  }

  private static Answer withEffect(String reply, String service, boolean synchronous) {
    return withEffect(reply, service, "Get", synchronous);
  }

  private static Answer withEffect(
      String reply, String service, String method, boolean synchronous) {
    var target = new Target(service, method, in("x"), Metadata.EMPTY);
    return new Answer(
        new ClientAction.Reply(out(reply), Metadata.EMPTY),
        List.of(new SideEffect(target, synchronous)));
  }

  private static Answer answer(ClientAction action) {
    return new Answer(action, List.of());
  }

  private static Payload in(String text) {
    return new Payload("in", ByteString.copyFromUtf8(text));
  }

  private static Payload out(String text) {
    return new Payload("out", ByteString.copyFromUtf8(text));
  }
}
