package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.Mutant.hears;
import static io.cloudstate.tck.suite.model.Mutant.ofAction;
import static io.cloudstate.tck.suite.model.Mutant.ofActionResponses;
import static io.cloudstate.tck.suite.model.Mutant.ofCrdt;
import static io.cloudstate.tck.suite.model.Mutant.ofCrdtMessages;
import static io.cloudstate.tck.suite.model.Mutant.ofDeclarations;
import static io.cloudstate.tck.suite.model.Mutant.ofEventSourced;
import static io.cloudstate.tck.suite.model.Mutant.ofEventSourcedReplies;
import static io.cloudstate.tck.suite.model.Mutant.ofSpec;
import static io.cloudstate.tck.suite.model.Mutant.ofValue;
import static io.cloudstate.tck.suite.model.Mutant.ofValueReplies;
import static io.cloudstate.tck.suite.model.Mutant.reversed;
import static io.cloudstate.tck.suite.model.Mutant.saysAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.Session;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A kit that cannot fail is worthless: each fault is found by the rule that is about it. */
class MutationTest {

  /** What is not said within this time is never said: the function is in this process. */
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(1500), Duration.ofMillis(20));

  private static final SideEffect EFFECT =
      SideEffect.newBuilder().setServiceName("planted").setCommandName("Call").build();

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource({"specs", "eventSourced", "values", "actions", "crdts", "streams", "eventLogs"})
  void findsTheFault(String fault, String rule, Model model) throws IOException {
    var results = Kit.play(model, SHORT, rule);

    assertThat(results).as(fault).extracting(Result::verdict).containsExactly(Verdict.FAILED);
  }

  static List<Arguments> specs() {
    return List.of(
        Arguments.of(
            "services without descriptors",
            "am1",
            ofSpec(spec -> spec.toBuilder().clearProto().build())),
        Arguments.of(
            "another persistence id",
            "vm1",
            ofDeclarations(entity -> entity.setPersistenceId("x"))),
        Arguments.of(
            "no passivation strategy",
            "em2",
            ofDeclarations(entity -> entity.clearPassivationStrategy())),
        Arguments.of(
            "another type of entity",
            "cm-d1",
            ofDeclarations(entity -> entity.setEntityType("cloudstate.crdt.CRDT"))));
  }

  static List<Arguments> eventSourced() {
    return List.of(
        Arguments.of(
            "replies with the id of another command",
            "em3",
            ofEventSourcedReplies(reply -> reply.setCommandId(reply.getCommandId() + 1))),
        Arguments.of(
            "a reply twice",
            "em3",
            ofEventSourced(session -> saysAll(session, MutationTest::twice))),
        Arguments.of(
            "no reply", "em3", ofEventSourced(session -> saysAll(session, said -> List.of()))),
        Arguments.of(
            "a message when it should complete",
            "em3",
            ofEventSourced(
                session ->
                    Mutant.endsBy(
                        session, List.of(EventSourcedStreamOut.getDefaultInstance()), false))),
        Arguments.of(
            "an error when it should complete",
            "em3",
            ofEventSourced(session -> Mutant.endsBy(session, List.of(), true))),
        Arguments.of("no events", "em4", ofEventSourcedReplies(reply -> reply.clearEvents())),
        Arguments.of(
            "events in another order",
            "em5",
            ofEventSourcedReplies(
                reply -> {
                  var events = reversed(reply.getEventsList());
                  reply.clearEvents().addAllEvents(events);
                })),
        Arguments.of("no snapshots", "em6", ofEventSourcedReplies(reply -> reply.clearSnapshot())),
        Arguments.of(
            "a snapshot with every event",
            "em6",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getEventsCount() > 0) {
                    reply.setSnapshot(reply.getEvents(0));
                  }
                })),
        Arguments.of(
            "the snapshot of init ignored",
            "em7",
            ofEventSourced(
                session ->
                    hears(
                        session,
                        message -> {
                          var changed = message.toBuilder();
                          if (message.hasInit()) {
                            changed.getInitBuilder().clearSnapshot();
                          }
                          return changed.build();
                        }))),
        Arguments.of(
            "a forward without its events",
            "em11",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getClientAction().hasForward()) {
                    reply.clearEvents();
                  }
                })),
        Arguments.of(
            "synchronous effects that are not",
            "em14",
            ofEventSourcedReplies(
                reply -> reply.getSideEffectsBuilderList().forEach(e -> e.clearSynchronous()))),
        Arguments.of(
            "effects in another order",
            "em16",
            ofEventSourcedReplies(
                reply -> {
                  var effects = reversed(reply.getSideEffectsList());
                  reply.clearSideEffects().addAllSideEffects(effects);
                })),
        Arguments.of(
            "failures with another text",
            "em18",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getClientAction().hasFailure()) {
                    reply.getClientActionBuilder().getFailureBuilder().setDescription("error");
                  }
                })),
        Arguments.of(
            "a restart that is not needed",
            "em18",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getClientAction().hasFailure()) {
                    reply.getClientActionBuilder().getFailureBuilder().setRestart(true);
                  }
                })),
        Arguments.of(
            "failures with side effects",
            "em21",
            ofEventSourcedReplies(
                reply -> {
                  if (reply.getClientAction().hasFailure()) {
                    reply.addSideEffects(EFFECT);
                  }
                })));
  }

  static List<Arguments> values() {
    return List.of(
        Arguments.of(
            "updates that are not told", "vm4", ofValueReplies(reply -> reply.clearStateAction())),
        Arguments.of(
            "a delete told as an update",
            "vm5",
            ofValueReplies(
                reply -> {
                  if (reply.getStateAction().hasDelete()) {
                    reply.setStateAction(
                        ValueEntityAction.newBuilder()
                            .setUpdate(ValueEntityUpdate.getDefaultInstance()));
                  }
                })),
        Arguments.of(
            "an update that was not asked for",
            "vm3",
            ofValueReplies(
                reply ->
                    reply.setStateAction(
                        ValueEntityAction.newBuilder()
                            .setUpdate(ValueEntityUpdate.getDefaultInstance())))),
        Arguments.of(
            "the command's failure as a failure of the stream",
            "vm17",
            ofValue(
                session ->
                    Mutant.says(
                        session,
                        message ->
                            message.getReply().getClientAction().hasFailure()
                                ? message.toBuilder()
                                    .setFailure(message.getReply().getClientAction().getFailure())
                                    .build()
                                : message))),
        Arguments.of(
            "failures with side effects",
            "vm19",
            ofValueReplies(
                reply -> {
                  if (reply.getClientAction().hasFailure()) {
                    reply.addSideEffects(EFFECT);
                  }
                })));
  }

  static List<Arguments> actions() {
    return List.of(
        Arguments.of(
            "a failure with a command id",
            "am14",
            ofActionResponses(
                response -> {
                  if (response.hasFailure()) {
                    response.getFailureBuilder().setCommandId(1);
                  }
                })),
        Arguments.of(
            "no side effects beside a failure",
            "am15",
            ofActionResponses(
                response -> {
                  if (response.hasFailure()) {
                    response.clearSideEffects();
                  }
                })),
        Arguments.of(
            "an empty input that is not answered",
            "am20",
            ofAction(session -> Mutant.endsBy(session, List.of(), false))),
        Arguments.of(
            "responses in another order",
            "am27",
            ofAction(session -> saysAll(session, Mutant::reversed))),
        Arguments.of(
            "no response to a group that asks for nothing",
            "am28",
            ofAction(
                session ->
                    saysAll(
                        session,
                        said ->
                            said.stream()
                                .filter(
                                    each ->
                                        each.getResponseCase()
                                            != ActionResponse.ResponseCase.RESPONSE_NOT_SET)
                                .toList()))),
        Arguments.of(
            "a response twice", "am31", ofAction(session -> saysAll(session, MutationTest::twice))),
        Arguments.of(
            "a forward to another command",
            "am10",
            ofActionResponses(
                response -> {
                  if (response.hasForward()) {
                    response.getForwardBuilder().setCommandName("call");
                  }
                })));
  }

  static List<Arguments> crdts() {
    return List.of(
        Arguments.of(
            "a change told although nothing changed",
            "cm-gc1",
            ofCrdtMessages(
                message ->
                    message
                        .getReplyBuilder()
                        .getStateActionBuilder()
                        .setUpdate(Deltas.incremented(0)))),
        Arguments.of(
            "the delta of init ignored",
            "cm-pn3",
            ofCrdt(
                session ->
                    hears(
                        session,
                        message -> {
                          var changed = message.toBuilder();
                          if (message.hasInit()) {
                            changed.getInitBuilder().clearDelta();
                          }
                          return changed.build();
                        }))),
        Arguments.of("the proxy's deltas told back", "cm-gs5", ofCrdt(MutationTest::echo)),
        Arguments.of(
            "elements told that were there",
            "cm-gs2",
            ofCrdtMessages(
                message -> {
                  if (message.getReply().getStateAction().getUpdate().hasGset()) {
                    message
                        .getReplyBuilder()
                        .getStateActionBuilder()
                        .setUpdate(Deltas.put("a", "b", "c"));
                  }
                })),
        Arguments.of(
            "a clear told as nothing",
            "cm-os2",
            ofCrdtMessages(
                message -> {
                  if (message.getReply().getStateAction().getUpdate().getOrset().getCleared()) {
                    message.getReplyBuilder().clearStateAction();
                  }
                })),
        Arguments.of(
            "every write with the default clock",
            "cm-lw6",
            ofCrdtMessages(
                message -> {
                  var update = message.getReply().getStateAction().getUpdate();
                  if (update.hasLwwregister()) {
                    message
                        .getReplyBuilder()
                        .getStateActionBuilder()
                        .getUpdateBuilder()
                        .getLwwregisterBuilder()
                        .clearClock();
                  }
                })),
        Arguments.of(
            "new entries told as updated",
            "cm-om2",
            ofCrdtMessages(
                message -> {
                  var map = message.getReply().getStateAction().getUpdate().getOrmap();
                  if (map.getAddedCount() > 0) {
                    message
                        .getReplyBuilder()
                        .getStateActionBuilder()
                        .getUpdateBuilder()
                        .getOrmapBuilder()
                        .clearAdded()
                        .addAllUpdated(map.getAddedList());
                  }
                })),
        Arguments.of(
            "a change beside a delete",
            "cm-om7",
            ofCrdtMessages(
                message -> {
                  if (message.getReply().getStateAction().hasDelete()) {
                    message
                        .getReplyBuilder()
                        .setStateAction(
                            CrdtStateAction.newBuilder().setUpdate(Deltas.flagged(true)));
                  }
                })),
        Arguments.of(
            "counts in the function's vote",
            "cm-vo2",
            ofCrdtMessages(
                message -> {
                  if (message.getReply().getStateAction().getUpdate().hasVote()) {
                    message
                        .getReplyBuilder()
                        .getStateActionBuilder()
                        .getUpdateBuilder()
                        .getVoteBuilder()
                        .setTotalVoters(1);
                  }
                })),
        Arguments.of(
            "an answer to a delete of the proxy",
            "cm-fl8",
            ofCrdt(
                session ->
                    Mutant.endsBy(session, List.of(CrdtStreamOut.getDefaultInstance()), false))),
        Arguments.of(
            "write consistency lost",
            "cm-wc1",
            ofCrdtMessages(
                message -> {
                  if (message.getReply().hasStateAction()) {
                    message.getReplyBuilder().getStateActionBuilder().clearWriteConsistency();
                  }
                })));
  }

  static List<Arguments> streams() {
    return List.of(
        Arguments.of(
            "streamed messages before the reply that changed the value",
            "cm-st1",
            ofCrdt(session -> saysAll(session, Mutant::reversed))),
        Arguments.of(
            "no streamed messages",
            "cm-st1",
            ofCrdt(
                session ->
                    saysAll(
                        session,
                        said ->
                            said.stream().filter(each -> !each.hasStreamedMessage()).toList()))),
        Arguments.of(
            "a first reply that ends the stream",
            "cm-st1",
            ofCrdtMessages(
                message -> {
                  if (message.hasReply()) {
                    message.getReplyBuilder().clearStreamed();
                  }
                })),
        Arguments.of(
            "a stream that the function does not end",
            "cm-st2",
            ofCrdtMessages(
                message -> {
                  if (message.hasStreamedMessage()) {
                    message.getStreamedMessageBuilder().clearEndStream();
                  }
                })),
        Arguments.of(
            "a cancellation that is not answered",
            "cm-st3",
            ofCrdt(
                session ->
                    saysAll(
                        session,
                        said ->
                            said.stream()
                                .filter(each -> !each.hasStreamCancelledResponse())
                                .toList()))),
        Arguments.of(
            "a cancellation without its change",
            "cm-st4",
            ofCrdtMessages(
                message -> {
                  if (message.hasStreamCancelledResponse()) {
                    message.getStreamCancelledResponseBuilder().clearStateAction();
                  }
                })),
        Arguments.of(
            "streamed messages without their side effects",
            "cm-st5",
            ofCrdtMessages(
                message -> {
                  if (message.hasStreamedMessage()) {
                    message.getStreamedMessageBuilder().clearSideEffects();
                  }
                })));
  }

  static List<Arguments> eventLogs() {
    return List.of(
        Arguments.of(
            "JSON events under the type of a message",
            "lm3",
            ofEventSourcedReplies(
                reply ->
                    reply
                        .getEventsBuilderList()
                        .forEach(event -> event.setTypeUrl("type.googleapis.com/JsonMessage")))),
        Arguments.of(
            "the metadata of an event ignored",
            "lm4",
            ofAction(
                session -> hears(session, command -> command.toBuilder().clearMetadata().build()))),
        Arguments.of(
            "one response for all steps of an event",
            "lm6",
            ofAction(session -> saysAll(session, said -> said.stream().limit(1).toList()))));
  }

  /** What the proxy tells is told back with the next reply. */
  private static Session<CrdtStreamIn, CrdtStreamOut> echo(
      Session<CrdtStreamIn, CrdtStreamOut> session) {
    var told = new ArrayDeque<CrdtDelta>();
    return message -> {
      if (message.hasDelta()) {
        told.add(message.getDelta());
      }
      return session.onMessage(message).stream().map(said -> withChange(said, told)).toList();
    };
  }

  private static CrdtStreamOut withChange(CrdtStreamOut said, Queue<CrdtDelta> told) {
    var change = told.poll();
    if (change == null || said.getReply().hasStateAction()) {
      return said;
    }
    var changed = said.toBuilder();
    changed.getReplyBuilder().getStateActionBuilder().setUpdate(change);
    return changed.build();
  }

  private static <T> List<T> twice(List<T> said) {
    var twice = new ArrayList<T>(said);
    twice.addAll(said);
    return twice;
  }
}
