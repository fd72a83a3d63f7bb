package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectUnary;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.reply;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;

import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import java.util.List;

/** JSON over HTTP beyond what the original kit looks at. */
final class JsonRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("http", "HTTP and JSON")
          .rule("jp1", "a path that no rule has is status 404", JsonRules::unknownPath)
          .rule("jp2", "a body that is not JSON is status 400", JsonRules::malformed)
          .rule(
              "jp3",
              "a method with a rule of its own is not called by the default path",
              JsonRules::noDefaultPath)
          .rule("jp4", "text in any script comes through, escaped or not", JsonRules::unicode)
          .rule("jp5", "an id in the path is decoded", JsonRules::encodedId);

  private JsonRules() {}

  private static void unknownPath(ProxyStage stage) {
    stage.http().postJson("/no/such/path", "{}").expectStatus(404);
  }

  private static void malformed(ProxyStage stage) {
    stage.http().postJson("/tck/model/action/unary", "{\"groups\":").expectStatus(400);
  }

  private static void noDefaultPath(ProxyStage stage) {
    stage.http().postJson("/" + ActionModel.MODEL + "/ProcessUnary", "{}").expectStatus(404);
  }

  private static void unicode(ProxyStage stage) {
    var call =
        stage
            .http()
            .postJson(
                "/tck/model/action/unary",
                "{\"groups\":[{\"steps\":[{\"reply\":{\"message\":\"\\u00e9 \u4f60\"}}]}]}");
    answer(expectUnary(stage, request(reply("\u00e9 \u4f60"))), replied("\u00e9 \u4f60"));
    call.expectJson("{\"message\":\"\u00e9 \u4f60\"}");
  }

  private static void encodedId(ProxyStage stage) {
    var plain = new EventSourcedModel(stage);
    var id = plain.id() + " b";
    var call = stage.http().postJson("/tck/model/eventsourced/" + plain.id() + "%20b", "{}");
    var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    stream.expect(EventSourcedModel.init(EventSourcedModel.MODEL, id));
    stream.expect(
        EventSourcedModel.command(1, "Process", plain.request().toBuilder().setId(id).build()));
    stream.send(EventSourcedRules.out(EventSourcedModel.reply(1, "", List.of())));
    call.expectJson("{\"message\":\"\"}");
  }
}
