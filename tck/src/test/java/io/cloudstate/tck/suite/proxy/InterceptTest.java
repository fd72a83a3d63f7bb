package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.model.Mutant.ofAction;
import static io.cloudstate.tck.suite.model.Mutant.ofActionResponses;
import static io.cloudstate.tck.suite.model.Mutant.ofCrdt;
import static io.cloudstate.tck.suite.model.Mutant.ofCrdtMessages;
import static io.cloudstate.tck.suite.model.Mutant.ofEventSourced;
import static io.cloudstate.tck.suite.model.Mutant.ofEventSourcedReplies;
import static io.cloudstate.tck.suite.model.Mutant.ofSpec;
import static io.cloudstate.tck.suite.model.Mutant.ofValue;
import static io.cloudstate.tck.suite.model.Mutant.ofValueReplies;
import static io.cloudstate.tck.suite.model.Mutant.saysAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.ReferenceModel;
import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.run.Selection;
import io.cloudstate.tck.suite.model.Mutant;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Between a proxy and a function, the kit sees which of the two lies. */
class InterceptTest {

  private static final EnumSet<Fault> NONE = EnumSet.noneOf(Fault.class);

  /** The reference takes events of a failed command back by itself, as this one need not. */
  private static final Model RESTARTING =
      ofEventSourcedReplies(
          reply -> {
            if (reply.getClientAction().getFailure().getDescription().equals("another failure")) {
              reply.getClientActionBuilder().getFailureBuilder().setRestart(true);
            }
          });

  @Test
  void aFunctionMayAskForARestartOrTakeItsEventsBack() throws IOException {
    for (var model : List.of(RESTARTING, new ReferenceModel())) {
      var results =
          ProxyKit.intercept(
              new Selection(List.of("ei3"), List.of()), NONE, model, ProxyKit.PATIENT);
      assertThat(results).extracting(Result::verdict).containsExactly(Verdict.PASSED);
    }
  }

  @Test
  void aProxyAndAFunctionThatDoNothingWrongPass() throws IOException {
    var all = new Selection(List.of(), List.of("eventing"));
    var results = ProxyKit.intercept(all, NONE, new ReferenceModel(), ProxyKit.PATIENT);
    assertThat(results).hasSizeGreaterThan(35);
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(result.verdict())
                    .as(() -> TextReport.details(result))
                    .isEqualTo(Verdict.PASSED));
  }

  @Test
  void whatTheFunctionDoesNotOfferIsSkipped() throws IOException {
    var withoutEntities =
        ofSpec(
            spec ->
                spec.toBuilder()
                    .clearEntities()
                    .addAllEntities(
                        spec.getEntitiesList().stream()
                            .filter(entity -> entity.getEntityType().equals(Protocol.ACTION))
                            .toList())
                    .build());
    var results =
        ProxyKit.intercept(
            new Selection(List.of("ai1", "vi1"), List.of()),
            NONE,
            withoutEntities,
            ProxyKit.PATIENT);
    assertThat(results)
        .extracting(Result::verdict)
        .containsExactly(Verdict.PASSED, Verdict.SKIPPED);
  }

  @ParameterizedTest
  @MethodSource
  void aProxyThatLiesIsCaught(Fault fault) throws IOException {
    expectFailure(
        ProxyKit.intercept(
            new Selection(List.of(rule(fault)), List.of()),
            EnumSet.of(fault),
            RESTARTING,
            ProxyKit.IMPATIENT));
  }

  /** One for each rule of the proxy suite that is intercepted too. */
  static Stream<Fault> aProxyThatLiesIsCaught() {
    var ids = InterceptSuite.SUITE.rules().stream().map(Rule::id).collect(Collectors.toSet());
    var rules = new HashSet<String>();
    return Stream.of(Fault.values())
        .filter(fault -> ids.contains(rule(fault)))
        .filter(fault -> rules.add(fault.rule()));
  }

  private static String rule(Fault fault) {
    return fault.rule().replaceFirst("p([0-9]+)$", "i$1");
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource
  void aFunctionThatLiesIsCaught(String fault, String rule, Model model) throws IOException {
    expectFailure(
        ProxyKit.intercept(
            new Selection(List.of(rule), List.of()), NONE, model, ProxyKit.IMPATIENT));
  }

  static List<Arguments> aFunctionThatLiesIsCaught() {
    return List.of(
        Arguments.of(
            "services without descriptors",
            "di3",
            ofSpec(spec -> spec.toBuilder().clearProto().build())),
        Arguments.of(
            "effects forgotten", "ai5", ofActionResponses(response -> response.clearSideEffects())),
        Arguments.of(
            "failures in other words",
            "ai7",
            ofActionResponses(
                response -> {
                  if (response.hasFailure()) {
                    response.getFailureBuilder().setDescription("error");
                  }
                })),
        Arguments.of(
            "a streamed reply lost",
            "ai3",
            ofAction(session -> saysAll(session, InterceptTest::allButTheLast))),
        Arguments.of(
            "updates that are not told", "vi1", ofValueReplies(reply -> reply.clearStateAction())),
        Arguments.of(
            "replies with the id of another command",
            "vi1",
            ofValueReplies(reply -> reply.setCommandId(reply.getCommandId() + 1))),
        Arguments.of(
            "forwards answered by itself",
            "vi2",
            ofValueReplies(
                reply -> {
                  if (reply.getClientAction().hasForward()) {
                    reply.setClientAction(ClientAction.getDefaultInstance());
                  }
                })),
        Arguments.of(
            "an error when it should complete",
            "vi5",
            ofValue(session -> Mutant.endsBy(session, List.of(), true))),
        Arguments.of("no snapshots", "ei1", ofEventSourcedReplies(reply -> reply.clearSnapshot())),
        Arguments.of(
            "a reply twice",
            "ei1",
            ofEventSourced(session -> saysAll(session, InterceptTest::twice))),
        Arguments.of(
            "a restart that is not needed",
            "ei3",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getClientAction().hasFailure()) {
                    reply.getClientActionBuilder().getFailureBuilder().setRestart(true);
                  }
                })),
        Arguments.of(
            "an error when it should complete",
            "ei5",
            ofEventSourced(session -> Mutant.endsBy(session, List.of(), true))),
        Arguments.of(
            "changes that are not told",
            "ci1",
            ofCrdtMessages(message -> message.getReplyBuilder().clearStateAction())),
        Arguments.of(
            "streamed messages lost",
            "ci4",
            ofCrdt(session -> saysAll(session, said -> said.subList(0, Math.min(1, said.size()))))),
        Arguments.of(
            "an error when it should complete",
            "ci6",
            ofCrdt(session -> Mutant.endsBy(session, List.of(), true))));
  }

  private static <T> List<T> allButTheLast(List<T> said) {
    return said.isEmpty() ? said : said.subList(0, said.size() - 1);
  }

  private static <T> List<T> twice(List<T> said) {
    return Stream.concat(said.stream(), said.stream()).toList();
  }

  private static void expectFailure(List<Result> results) {
    assertThat(results)
        .singleElement()
        .satisfies(result -> assertThat(result.verdict()).isEqualTo(Verdict.FAILED))
        .satisfies(
            result ->
                assertThat(String.valueOf(result.problem())).doesNotContain("the script itself"));
  }
}
