package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.UNARY;
import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.forward;
import static io.cloudstate.tck.suite.proxy.ActionModel.forwarded;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.reply;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;
import static io.cloudstate.tck.suite.proxy.ActionModel.response;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import java.util.List;
import java.util.Map;

/** What travels beside messages. */
final class MetadataRules {

  private static final String KEY = "x-tck";

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("metadata", "Metadata")
          .rule(
              "mp1",
              "headers of a call are metadata of the action's command",
              MetadataRules::toAction)
          .rule(
              "mp2", "metadata of the first reply are headers of the response", MetadataRules::back)
          .rule(
              "mp3",
              "commands of entities carry no metadata, whatever headers the call has",
              MetadataRules::notToEntities)
          .rule(
              "mp4",
              "a forwarded command has the metadata of the forward, and none of the call",
              MetadataRules::ofForwards);

  private MetadataRules() {}

  private static void toAction(ProxyStage stage) {
    var request = request(reply("one"));
    var call = stage.client().call(UNARY, request, Map.of(KEY, "value"));
    var handled = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    verify(handled.next(), List.of("value"));
    handled.expectCompletion();
    answer(handled, replied("one"));
    call.expectReply(response("one"));
  }

  private static void back(ProxyStage stage) {
    var request = request(reply("one"));
    var call = stage.client().call(UNARY, request);
    var response = replied("one");
    response.getReplyBuilder().setMetadata(metadata("value"));
    answer(ActionModel.expectUnary(stage, request), response);
    var came = call.headers().getOrDefault(KEY, List.of());
    if (!came.equals(List.of("value"))) {
      throw new Mismatch("header " + KEY + " of " + call.label(), "[value]", came.toString());
    }
    call.expectReply(response("one"));
  }

  private static void notToEntities(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var call =
        stage.client().call(EventSourcedModel.PROCESS, entity.request(), Map.of(KEY, "value"));
    entity.opens().expectCommand(1);
    entity.send(EventSourcedModel.reply(1, "", List.of()));
    call.expectReply(EventSourcedModel.response(""));
  }

  private static void ofForwards(ProxyStage stage) {
    var request = request(forward("one"));
    var call = stage.client().call(UNARY, request, Map.of(KEY, "of the call"));
    var handled = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    verify(handled.next(), List.of("of the call"));
    handled.expectCompletion();
    var response = forwarded("one");
    response.getForwardBuilder().setMetadata(metadata("of the forward"));
    answer(handled, response);
    var two = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    verify(two.next(), List.of("of the forward"));
    two.expectCompletion();
    answer(two, replied(""));
    call.expectReply(response(""));
  }

  private static Metadata metadata(String value) {
    return Metadata.newBuilder()
        .addEntries(MetadataEntry.newBuilder().setKey(KEY).setStringValue(value))
        .build();
  }

  private static void verify(ActionCommand command, List<String> expected) {
    var came =
        command.getMetadata().getEntriesList().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(KEY))
            .map(MetadataEntry::getStringValue)
            .distinct()
            .toList();
    if (!came.equals(expected)) {
      throw new Mismatch(
          "metadata " + KEY + " of the command", expected.toString(), came.toString());
    }
  }
}
