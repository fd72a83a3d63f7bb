package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.CrdtModel.CALL_CONFIGURED;
import static io.cloudstate.tck.suite.proxy.CrdtModel.CALL_TWO;
import static io.cloudstate.tck.suite.proxy.CrdtModel.CONFIGURED;
import static io.cloudstate.tck.suite.proxy.CrdtModel.DELETE;
import static io.cloudstate.tck.suite.proxy.CrdtModel.PROCESS_STREAMED;
import static io.cloudstate.tck.suite.proxy.CrdtModel.TWO;
import static io.cloudstate.tck.suite.proxy.CrdtModel.action;
import static io.cloudstate.tck.suite.proxy.CrdtModel.command;
import static io.cloudstate.tck.suite.proxy.CrdtModel.deleted;
import static io.cloudstate.tck.suite.proxy.CrdtModel.out;
import static io.cloudstate.tck.suite.proxy.CrdtModel.reply;
import static io.cloudstate.tck.suite.proxy.CrdtModel.response;
import static io.cloudstate.tck.suite.proxy.CrdtModel.streamedCommand;
import static io.cloudstate.tck.suite.proxy.CrdtModel.update;
import static io.cloudstate.tck.suite.proxy.EventSourcedRules.PASSIVATION;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.model.Crdt.Effect;
import io.cloudstate.tck.model.Crdt.Fail;
import io.cloudstate.tck.model.Crdt.Forward;
import io.cloudstate.tck.model.Crdt.GCounterUpdate;
import io.cloudstate.tck.model.Crdt.GCounterValue;
import io.cloudstate.tck.model.Crdt.GSetUpdate;
import io.cloudstate.tck.model.Crdt.GSetValue;
import io.cloudstate.tck.model.Crdt.PNCounterUpdate;
import io.cloudstate.tck.model.Crdt.PNCounterValue;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.model.Crdt.VoteUpdate;
import io.cloudstate.tck.model.Crdt.VoteValue;
import io.cloudstate.tck.rule.Group;
import java.time.Duration;

/** CRDTs behind a proxy, as the original kit has it. */
final class CrdtRules {

  private static final Duration NO_ELEMENT = Duration.ofMillis(100);

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("crdt", "CRDTs")
          .rule(
              "cp1",
              "a CRDT has one stream, which begins with an init without a delta; its function's own"
                  + " changes are never sent back, and deleting it half-closes the stream",
              CrdtRules::stateChanges)
          .rule(
              "cp2",
              "forwards and side effects are commands to the CRDT of their target, on its own"
                  + " stream",
              CrdtRules::forwardsAndEffects)
          .rule(
              "cp3",
              "a failure that a function replies fails that call alone, with its description",
              CrdtRules::failures)
          .rule(
              "cp4",
              "streamed commands stay open after their first reply, get streamed messages, and when"
                  + " their client cancels the function is told and may change the CRDT once more",
              CrdtRules::streams)
          .rule(
              "cp5",
              "a CRDT is called with JSON over HTTP, by its own path and by the default one; a"
                  + " failure is status 500 and its description",
              CrdtRules::http)
          .rule(
              "cp6",
              "a CRDT that is idle for its time-out is unloaded by a half-close of its stream",
              CrdtRules::passivation);

  private CrdtRules() {}

  private static void stateChanges(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "PNCounter");
    var first = crdt.call();
    crdt.opens().expectCommand(1);
    crdt.send(reply(1, pnCounter(0)));
    first.expectReply(response(pnCounter(0)));
    crdt.turn(
        2, reply(2, pnCounter(2), pnChange(2)), pnCounter(2), change(1), change(-2), change(3));
    crdt.turn(
        3, reply(3, pnCounter(7), pnChange(5)), pnCounter(7), change(4), change(-5), change(6));
    crdt.turn(4, deleted(4, pnCounter(7)), pnCounter(7), DELETE);
    crdt.stream().expectCompletion();
    crdt.stream().complete();
  }

  private static void forwardsAndEffects(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "GSet");
    var one = State.newBuilder().setGset(GSetValue.newBuilder().addElements("one")).build();
    var add = update(Update.newBuilder().setGset(GSetUpdate.newBuilder().setAdd("one")));
    var first = crdt.call(add);
    crdt.opens().expectCommand(1, add);
    var element =
        Any.newBuilder()
            .setTypeUrl("p.cloudstate.io/string")
            .setValue(StringValue.of("one").toByteString());
    crdt.send(
        reply(1, one, CrdtDelta.newBuilder().setGset(GSetDelta.newBuilder().addAdded(element))));
    first.expectReply(response(one));

    var forward =
        RequestAction.newBuilder().setForward(Forward.newBuilder().setId(crdt.id())).build();
    var forwarded = crdt.commands(2, forward);
    crdt.send(action(2, Messages.forwarded(TWO, "Call", crdt.request())));
    var two = crdt.open(TWO);
    two.expect(command(1, "Call", crdt.request()));
    two.send(out(action(1, Messages.replied(Response.getDefaultInstance()))));
    forwarded.expectReply(Response.getDefaultInstance());

    var effect = RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(crdt.id())).build();
    var effecting = crdt.commands(3, effect);
    crdt.send(reply(3, one).addSideEffects(Messages.effect(TWO, "Call", crdt.request(), false)));
    two.expect(command(2, "Call", crdt.request()));
    two.send(out(action(2, Messages.replied(Response.getDefaultInstance()))));
    effecting.expectReply(response(one));

    crdt.turn(4, deleted(4, one), one, DELETE);
    crdt.stream().expectCompletion();
    crdt.stream().complete();
    var last = stage.client().call(CALL_TWO, crdt.request(DELETE));
    two.expect(command(3, "Call", crdt.request(DELETE)));
    two.send(
        out(
            action(3, Messages.replied(Response.getDefaultInstance()))
                .setStateAction(
                    CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance()))));
    last.expectReply(Response.getDefaultInstance());
    two.expectCompletion();
    two.complete();
  }

  private static void failures(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "GCounter");
    var state = State.newBuilder().setGcounter(GCounterValue.newBuilder().setValue(42)).build();
    var add = update(Update.newBuilder().setGcounter(GCounterUpdate.newBuilder().setIncrement(42)));
    var first = crdt.call(add);
    crdt.opens().expectCommand(1, add);
    var delta = CrdtDelta.newBuilder().setGcounter(GCounterDelta.newBuilder().setIncrement(42));
    crdt.send(reply(1, state, delta));
    first.expectReply(response(state));
    var failing = crdt.commands(2, fail());
    crdt.send(action(2, Messages.failed(2, "expected failure", false)));
    failing.expectFailure("expected failure");
    crdt.turn(3, deleted(3, state), state, DELETE);
    crdt.stream().expectCompletion();
    crdt.stream().complete();
  }

  private static void streams(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "Vote");
    var watch = StreamedRequest.newBuilder().setId(crdt.id()).build();
    var watching = stage.client().call(PROCESS_STREAMED, watch);
    crdt.opens().stream().expect(streamedCommand(1, watch));
    crdt.send(reply(1, vote(false)).setStreamed(true));
    watching.expect(response(vote(false)));

    var present =
        watch.toBuilder()
            .setInitialUpdate(votes(true))
            .setCancelUpdate(votes(false))
            .setEmpty(true)
            .build();
    var presence = stage.client().call(PROCESS_STREAMED, present);
    crdt.stream().expect(streamedCommand(2, present));
    crdt.send(CrdtReply.newBuilder().setCommandId(2).setStreamed(true).setStateAction(voted(true)));
    crdt.send(streamed(1, vote(true)));
    watching.expect(response(vote(true)));
    presence.expectNothing(NO_ELEMENT);

    presence.cancel();
    crdt.stream().expect(cancelled(crdt, 2));
    crdt.stream()
        .send(
            CrdtStreamOut.newBuilder()
                .setStreamCancelledResponse(
                    CrdtStreamCancelledResponse.newBuilder()
                        .setCommandId(2)
                        .setStateAction(voted(false)))
                .build());
    crdt.send(streamed(1, vote(false)));
    watching.expect(response(vote(false)));

    watching.cancel();
    crdt.stream().expect(cancelled(crdt, 1));
    crdt.stream()
        .send(
            CrdtStreamOut.newBuilder()
                .setStreamCancelledResponse(
                    CrdtStreamCancelledResponse.newBuilder().setCommandId(1))
                .build());
    crdt.turn(3, deleted(3, vote(false)), vote(false), DELETE);
    crdt.stream().expectCompletion();
    crdt.stream().complete();
  }

  private static void http(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "PNCounter");
    var first = crdt.post("{}");
    crdt.opens().expectCommand(1);
    crdt.send(reply(1, pnCounter(0)));
    first.expectJson("{\"state\":{\"pncounter\":{\"value\":\"0\"}}}");

    var second = stage.http().postJson("/" + TWO + "/Call", "{\"id\":\"" + crdt.id() + "\"}");
    var two = crdt.open(TWO);
    two.expect(command(1, "Call", crdt.request()));
    two.send(out(action(1, Messages.replied(Response.getDefaultInstance()))));
    second.expectJson("{}");

    var up = crdt.post("{\"actions\":[{\"update\":{\"pncounter\":{\"change\":42}}}]}");
    crdt.expectCommand(2, change(42));
    crdt.send(reply(2, pnCounter(42), pnChange(42)));
    up.expectJson("{\"state\":{\"pncounter\":{\"value\":\"42\"}}}");

    var failing = crdt.post("{\"actions\":[{\"fail\":{\"message\":\"expected failure\"}}]}");
    crdt.expectCommand(3, fail());
    crdt.send(action(3, Messages.failed(3, "expected failure", false)));
    failing.expect(500, "expected failure");

    var down = crdt.post("{\"actions\":[{\"update\":{\"pncounter\":{\"change\":-123}}}]}");
    crdt.expectCommand(4, change(-123));
    crdt.send(reply(4, pnCounter(-81), pnChange(-123)));
    down.expectJson("{\"state\":{\"pncounter\":{\"value\":\"-81\"}}}");

    var last = crdt.post("{\"actions\":[{\"delete\":{}}]}");
    crdt.expectCommand(5, DELETE);
    crdt.send(deleted(5, pnCounter(-81)));
    last.expectJson("{\"state\":{\"pncounter\":{\"value\":\"-81\"}}}");
    crdt.stream().expectCompletion();
    crdt.stream().complete();
  }

  private static void passivation(ProxyStage stage) {
    var crdt = new CrdtModel(stage, "PNCounter");
    var call = stage.client().call(CALL_CONFIGURED, crdt.request());
    var stream = crdt.open(CONFIGURED);
    stream.expect(command(1, "Call", crdt.request()));
    stream.send(out(action(1, Messages.replied(Response.getDefaultInstance()))));
    call.expectReply(Response.getDefaultInstance());
    stream.expectCompletion(PASSIVATION);
    stream.complete();
  }

  private static RequestAction change(long by) {
    return update(Update.newBuilder().setPncounter(PNCounterUpdate.newBuilder().setChange(by)));
  }

  private static CrdtDelta.Builder pnChange(long by) {
    return CrdtDelta.newBuilder().setPncounter(PNCounterDelta.newBuilder().setChange(by));
  }

  private static State pnCounter(long value) {
    return State.newBuilder().setPncounter(PNCounterValue.newBuilder().setValue(value)).build();
  }

  private static RequestAction fail() {
    return RequestAction.newBuilder()
        .setFail(Fail.newBuilder().setMessage("expected failure"))
        .build();
  }

  private static Update.Builder votes(boolean vote) {
    return Update.newBuilder().setVote(VoteUpdate.newBuilder().setSelfVote(vote));
  }

  private static CrdtStateAction.Builder voted(boolean vote) {
    return CrdtStateAction.newBuilder()
        .setUpdate(CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(vote)));
  }

  private static State vote(boolean vote) {
    return State.newBuilder()
        .setVote(
            VoteValue.newBuilder().setSelfVote(vote).setVotesFor(vote ? 1 : 0).setTotalVoters(1))
        .build();
  }

  private static CrdtStreamedMessage.Builder streamed(long number, State state) {
    return CrdtStreamedMessage.newBuilder()
        .setCommandId(number)
        .setClientAction(Messages.replied(response(state)));
  }

  private static CrdtStreamIn cancelled(CrdtModel crdt, long number) {
    return CrdtStreamIn.newBuilder()
        .setStreamCancelled(StreamCancelled.newBuilder().setEntityId(crdt.id()).setId(number))
        .build();
  }
}
