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
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogRouterTest {

  private static final int MAX_HOPS = 3;
  private static final int MAX_COMMANDS = 12_000;
  private static final int MAX_ASYNC_EFFECTS = 2;
  private static final int MAX_QUEUED_REPLIES = 10;
  private static final long NOW = 1_000_000;
  private static final long DEADLINE = NOW + 77;
  private static final Duration RELAY_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(50);

  private static final Metadata METADATA =
      new Metadata(List.of(new Metadata.Entry.Text("who", "anna")));
  private static final Metadata OTHER_METADATA =
      new Metadata(List.of(new Metadata.Entry.Text("who", "ben")));
  private static final Failure REFUSED = new Failure.Refused("no");

  private final ScriptedKind kind = new ScriptedKind();
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private CatalogRouter router = router(RELAY_TIMEOUT);

  /** Every call of every test ends, and once only. */
  @AfterEach
  void whenDoneWasCalledOnce() {
    assertThat(outcomes).hasSize(1);
  }

  // --- client actions

  @Test
  void aReplyIsPassedOn() {
    kind.answers("One", reply("x"));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("x"), METADATA));
    assertThat(kind.calls())
        .containsExactly(new Call("One", "Get", in("request"), METADATA, DEADLINE));
    assertThat(reports).isEmpty();
  }

  @Test
  void aFailureIsPassedOn() {
    kind.answers("One", Answer.failed(REFUSED));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Failed(REFUSED));
  }

  @Test
  void noActionCompletesTheCall() {
    kind.answers("One", nothing());
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Completed());
  }

  @Test
  void aKindMayAnswerLater() {
    route("One");
    assertThat(outcomes).isEmpty();
    kind.answer("One", reply("x"));
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("x"), METADATA));
  }

  @Test
  void aReplyOfAnotherTypeIsReportedEachTimeAndDelivered() {
    // Given
    var reply = new Payload("other", ByteString.EMPTY);
    var asEffect = effect("Two", true);
    kind.answers("Two", answer(new ClientAction.Reply(reply, METADATA)));
    kind.answers("One", answer(new ClientAction.Reply(reply, METADATA), asEffect, asEffect));
    // When
    route("One");
    // Then
    var warning = "Warning: %s.Get: Expected reply type_url to be [out] but was [other].";
    assertThat(reports)
        .containsExactly(
            warning.formatted("Two"), warning.formatted("Two"), warning.formatted("One"));
    assertThat(outcomes).containsExactly(new Outcome.Replied(reply, METADATA));
  }

  // --- what is not served, or not addressed

  @Test
  void anUnknownServiceIsNotServed() {
    route("Nobody");
    assertThat(outcomes)
        .containsExactly(new Outcome.Failed(new Failure.NotServed("Service [Nobody] unknown")));
    assertThat(reports).isEmpty();
  }

  @Test
  void anUnknownMethodIsNotServed() {
    router.route(new Call("One", "Put", in("x"), METADATA, DEADLINE), outcomes::add);
    assertThat(outcomes)
        .containsExactly(
            new Outcome.Failed(
                new Failure.NotServed("Service [One] does not have a command named: [Put]")));
    assertThat(reports).isEmpty();
  }

  @Test
  void nothingIsServedBeforeTheFirstCatalog() {
    router = new CatalogRouter(settings(), RELAY_TIMEOUT, kinds(), reports::add, () -> NOW);
    route("One");
    assertThat(outcomes)
        .containsExactly(new Outcome.Failed(new Failure.NotServed("Service [One] unknown")));
  }

  @Test
  void aRequestWithoutAKeyDoesNotReachTheKind() {
    route("Keyed", new Payload("in", ByteString.EMPTY));
    assertThat(outcomes).hasSize(1);
    assertThat(failure()).isInstanceOf(Failure.BadCall.class);
    assertThat(kind.calls()).isEmpty();
  }

  @Test
  void theKindGetsTheKeyOfTheRequest() {
    kind.answers("Keyed", nothing());
    route("Keyed", in("anna"));
    assertThat(kind.keys()).containsExactly("anna");
  }

  // --- forwards

  @Test
  void theReplyOfTheTargetReplacesTheForward() {
    kind.answers("One", forward("Two"));
    kind.answers("Two", reply("y"));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("y"), METADATA));
    assertThat(reports).isEmpty();
  }

  @Test
  void aForwardInheritsTheDeadlineAndNothingElse() {
    // Given
    var target = new Target("Two", "Get", in("forwarded"), OTHER_METADATA);
    kind.answers("One", answer(new ClientAction.Forward(target)));
    kind.answers("Two", nothing());
    // When
    route("One");
    // Then
    assertThat(kind.calls().get(1))
        .isEqualTo(new Call("Two", "Get", in("forwarded"), OTHER_METADATA, DEADLINE));
  }

  @Test
  void forwardsCanBeForwarded() {
    kind.answers("One", forward("Two"));
    kind.answers("Two", forward("Three"));
    kind.answers("Three", Answer.failed(REFUSED));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Failed(REFUSED));
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
  }

  @Test
  void theReplyOfAForwardIsComparedWithTheTypeOfItsTarget() {
    kind.answers("One", forward("Two"));
    kind.answers(
        "Two", answer(new ClientAction.Reply(new Payload("other", ByteString.EMPTY), METADATA)));
    route("One");
    assertThat(reports)
        .containsExactly("Warning: Two.Get: Expected reply type_url to be [out] but was [other].");
  }

  @Test
  void aForwardToAnUnknownServiceFailsAndIsReportedWithItsTrace() {
    kind.answers("One", forward("Two"));
    kind.answers("Two", forward("Nobody"));
    route("One");
    assertThat(failure()).isEqualTo(new Failure.Misrouted("Service [Nobody] unknown"));
    assertThat(reports)
        .containsExactly(
            "Service [Nobody] unknown\n  forwarded from Two.Get\n  forwarded from One.Get");
  }

  @Test
  void aForwardToAnUnknownMethodFailsAndIsReportedWithItsTrace() {
    var target = new Target("Two", "Put", in("x"), METADATA);
    kind.answers("One", answer(new ClientAction.Forward(target)));
    route("One");
    var text = "Service [Two] does not have a command named: [Put]";
    assertThat(failure()).isEqualTo(new Failure.Misrouted(text));
    assertThat(reports).containsExactly(text + "\n  forwarded from One.Get");
  }

  @Test
  void aForwardWithoutAKeyFails() {
    var target = new Target("Keyed", "Get", new Payload("in", ByteString.EMPTY), METADATA);
    kind.answers("One", answer(new ClientAction.Forward(target)));
    route("One");
    assertThat(failure()).isInstanceOf(Failure.BadCall.class);
  }

  @Test
  void asManyForwardsAsAllowedAreFollowed() {
    kind.answers("One", forward("Two"));
    kind.answers("Two", forward("Three"));
    kind.answers("Three", forward("Four"));
    kind.answers("Four", reply("z"));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("z"), METADATA));
  }

  @Test
  void aLoopOfForwardsEnds() {
    kind.answers("One", forward("Two"));
    kind.answers("Two", forward("One"));
    route("One");
    var text = "4 forwards and side effects in a row at [One.Get] (expected: at most 3)";
    assertThat(failure()).isEqualTo(new Failure.Misrouted(text));
    assertThat(reports)
        .containsExactly(
            text
                + "\n  forwarded from Two.Get"
                + "\n  forwarded from One.Get"
                + "\n  forwarded from Two.Get"
                + "\n  forwarded from One.Get");
    assertThat(kind.started()).containsExactly("One", "Two", "One", "Two");
  }

  // --- side effects

  @Test
  void effectsStartInTheirOrderBeforeTheReplyIsReleased() {
    // Given
    kind.answers("One", withEffects(effect("Two", true), effect("Three", false)));
    kind.answers("Two", reply("ignored"));
    kind.answers("Three", reply("ignored"));
    // When
    router.route(
        call("One", in("x")),
        outcome -> {
          assertThat(kind.started()).containsExactly("One", "Two", "Three");
          outcomes.add(outcome);
        });
    // Then
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
  }

  @Test
  void aSynchronousEffectEndsBeforeTheNextStarts() {
    kind.answers("One", withEffects(effect("Two", true), effect("Three", true)));
    route("One");
    assertThat(kind.started()).containsExactly("One", "Two");
    kind.answer("Two", nothing());
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
    assertThat(outcomes).isEmpty();
    kind.answer("Three", nothing());
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
  }

  @Test
  void anAsynchronousEffectIsNotWaitedFor() {
    kind.answers("One", withEffects(effect("Two", false), effect("Three", true)));
    kind.answers("Three", nothing());
    route("One");
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
    kind.answer("Two", reply("late"));
  }

  @Test
  void anEffectHasItsOwnPayloadMetadataAndDeadline() {
    var target = new Target("Two", "Get", in("effect"), OTHER_METADATA);
    kind.answers("One", withEffects(new SideEffect(target, true)));
    kind.answers("Two", nothing());
    route("One");
    assertThat(kind.calls().get(1))
        .usingRecursiveComparison()
        .ignoringFields("isAbandoned")
        .isEqualTo(
            new Call("Two", "Get", in("effect"), OTHER_METADATA, NOW + RELAY_TIMEOUT.toNanos()));
  }

  @Test
  void effectsRunForFailures() {
    kind.answers("One", answer(new ClientAction.Fail(REFUSED), effect("Two", true)));
    route("One");
    assertThat(outcomes).isEmpty();
    kind.answer("Two", nothing());
    assertThat(outcomes).containsExactly(new Outcome.Failed(REFUSED));
  }

  @Test
  void effectsRunForNoAction() {
    kind.answers("One", answer(new ClientAction.None(), effect("Two", true)));
    route("One");
    kind.answer("Two", nothing());
    assertThat(outcomes).containsExactly(new Outcome.Completed());
  }

  @Test
  void effectsRunBeforeTheForward() {
    var target = new Target("Three", "Get", in("x"), METADATA);
    kind.answers("One", answer(new ClientAction.Forward(target), effect("Two", true)));
    kind.answers("Three", reply("z"));
    route("One");
    assertThat(kind.started()).containsExactly("One", "Two");
    kind.answer("Two", nothing());
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("z"), METADATA));
  }

  @Test
  void failuresOfEffectsAreIgnored() {
    kind.answers("One", withEffects(effect("Two", true), effect("Two", false)));
    kind.answers("Two", Answer.failed(REFUSED));
    route("One");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
    assertThat(reports).isEmpty();
  }

  @Test
  void anEffectOnAnUnknownTargetIsReportedAndIgnored() {
    // Given
    var method = new SideEffect(new Target("Two", "Put", in("x"), METADATA), true);
    kind.answers("One", withEffects(effect("Nobody", true), method, effect("Nobody", false)));
    // When
    route("One");
    // Then
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
    assertThat(reports)
        .containsExactly(
            "Service [Nobody] unknown\n  side-effect of One.Get",
            "Service [Two] does not have a command named: [Put]\n  side-effect of One.Get",
            "Service [Nobody] unknown\n  side-effect of One.Get");
  }

  @Test
  void effectsAndForwardsOfEffectsAreFollowed() {
    // Given
    kind.answers("One", withEffects(effect("Two", true)));
    kind.answers("Two", answer(forward("Four").action(), effect("Three", true)));
    kind.answers("Four", forward("Nobody"));
    // When
    route("One");
    // Then
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
    assertThat(outcomes).isEmpty();
    kind.answer("Three", nothing());
    assertThat(kind.started()).containsExactly("One", "Two", "Three", "Four");
    assertThat(reports)
        .containsExactly(
            "Service [Nobody] unknown"
                + "\n  forwarded from Four.Get"
                + "\n  forwarded from Two.Get"
                + "\n  side-effect of One.Get");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
  }

  @Test
  void aLoopOfEffectsEnds() {
    kind.answers("One", withEffects(effect("One", true)));
    route("One");
    assertThat(kind.started()).containsExactly("One", "One", "One", "One");
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0))
        .startsWith("4 forwards and side effects in a row at [One.Get] (expected: at most 3)\n");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
  }

  // --- bounds

  @Test
  void asynchronousEffectsBeyondTheBoundAreWaitedFor() {
    // Given
    var three = Collections.nCopies(MAX_ASYNC_EFFECTS + 1, effect("Two", false));
    kind.answers("One", withEffects(three));
    // When
    route("One");
    // Then
    assertThat(kind.waiting("Two")).isEqualTo(3);
    assertThat(outcomes).isEmpty();
    kind.answerLast("Two", nothing());
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void placesOfAsynchronousEffectsAreGivenBack() {
    // Given
    kind.answers("One", withEffects(Collections.nCopies(MAX_ASYNC_EFFECTS, effect("Two", false))));
    for (var round = 0; round < 3; round++) {
      // When
      outcomes.clear();
      route("One");
      // Then
      assertThat(outcomes).hasSize(1);
      kind.answer("Two", nothing());
      kind.answer("Two", Answer.failed(REFUSED));
    }
  }

  @Test
  void placesOfEffectsThatNeverAnswerAreGivenBack() {
    router = router(SHORT_TIMEOUT);
    kind.answers("One", withEffects(Collections.nCopies(MAX_ASYNC_EFFECTS, effect("Two", false))));
    route("One");
    await()
        .untilAsserted(
            () -> {
              var atOnce = new CopyOnWriteArrayList<Outcome>();
              router.route(call("One", in("x")), atOnce::add);
              assertThat(atOnce).hasSize(1);
            });
  }

  @Test
  void effectsThatEndAtOnceNeedNoStack() {
    kind.answers("One", withEffects(Collections.nCopies(10_000, effect("Two", true))));
    kind.answers("Two", nothing());
    route("One");
    assertThat(kind.started()).hasSize(10_001);
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void oneCallStartsSoManyCommandsAndTheFirstBeyondIsReported() {
    // Given
    kind.answers("One", withEffects(Collections.nCopies(MAX_COMMANDS + 5, effect("Two", true))));
    kind.answers("Two", nothing());
    // When
    route("One");
    // Then
    assertThat(kind.started()).hasSize(MAX_COMMANDS);
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0))
        .startsWith("One call started more than 12000 commands\n  side-effect");
  }

  @Test
  void effectsThatEndOneByOneNeedNoStack() {
    kind.answers("One", withEffects(Collections.nCopies(10_000, effect("Two", true))));
    route("One");
    for (var i = 0; i < 10_000; i++) {
      assertThat(outcomes).isEmpty();
      kind.answer("Two", nothing());
    }
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void anEffectThatNeverAnswersLetsTheCallGoOn() {
    // Given
    router = router(SHORT_TIMEOUT);
    kind.answers("One", withEffects(effect("Two", true), effect("Three", true)));
    kind.answers("Three", nothing());
    // When
    route("One");
    // Then
    await().untilAsserted(() -> assertThat(outcomes).hasSize(1));
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
    assertThat(kind.started()).containsExactly("One", "Two", "Three");
    kind.answer("Two", reply("late"));
  }

  @Test
  void aCallGoesOnByTheCatalogThatIsServedNow() {
    // Given
    route("One");
    // When
    router.serve(catalog("Five"));
    kind.answer("One", withEffects(effect("Five", true), effect("Two", true)));
    // Then
    assertThat(kind.started()).containsExactly("One", "Five");
    kind.answer("Five", nothing());
    assertThat(reports).containsExactly("Service [Two] unknown\n  side-effect of One.Get");
    assertThat(outcomes).containsExactly(new Outcome.Replied(out("reply"), METADATA));
  }

  // --- the words above

  private void route(String service) {
    route(service, in("request"));
  }

  private void route(String service, Payload payload) {
    router.route(call(service, payload), outcomes::add);
  }

  private Failure failure() {
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcomes.get(0)).failure();
  }

  private CatalogRouter router(Duration relayTimeout) {
    var made = new CatalogRouter(settings(), relayTimeout, kinds(), reports::add, () -> NOW);
    made.serve(catalog("One", "Two", "Three", "Four", "Keyed"));
    return made;
  }

  private Map<EntityType, EntityKind> kinds() {
    return Map.of(EntityType.ACTION, kind);
  }

  private static ProxySettings.Routing settings() {
    return new ProxySettings.Routing(MAX_HOPS, MAX_COMMANDS, MAX_ASYNC_EFFECTS, MAX_QUEUED_REPLIES);
  }

  private static ServiceCatalog catalog(String... services) {
    return new ServiceCatalog(
        Arrays.stream(services).map(CatalogRouterTest::service).toList(), List.of());
  }

  private static ServiceDefinition service(String name) {
    var method = name.equals("Keyed") ? KeyMethods.keyedBy("a_string") : KeyMethods.keyedBy();
    return new ServiceDefinition(
        name, EntityType.ACTION, "", Optional.empty(), Map.of("Get", method));
  }

  private static Call call(String service, Payload payload) {
    return new Call(service, "Get", payload, METADATA, DEADLINE);
  }

  private static Answer reply(String text) {
    return answer(new ClientAction.Reply(out(text), METADATA));
  }

  private static Answer nothing() {
    return answer(new ClientAction.None());
  }

  private static Answer forward(String service) {
    return answer(new ClientAction.Forward(new Target(service, "Get", in("x"), METADATA)));
  }

  private static Answer withEffects(SideEffect... effects) {
    return withEffects(List.of(effects));
  }

  private static Answer withEffects(List<SideEffect> effects) {
    return new Answer(new ClientAction.Reply(out("reply"), METADATA), effects);
  }

  private static Answer answer(ClientAction action, SideEffect... effects) {
    return new Answer(action, List.of(effects));
  }

  private static SideEffect effect(String service, boolean synchronous) {
    return new SideEffect(new Target(service, "Get", in("x"), METADATA), synchronous);
  }

  private static Payload in(String text) {
    return new Payload("in", KeyMethods.request("a_string", text));
  }

  private static Payload out(String text) {
    return new Payload("out", ByteString.copyFromUtf8(text));
  }
}
