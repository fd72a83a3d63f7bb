package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.UNARY;
import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectUnary;
import static io.cloudstate.tck.suite.proxy.ActionModel.forward;
import static io.cloudstate.tck.suite.proxy.ActionModel.other;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;

import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;

/** Mistakes that the proxy tells the function of. */
final class ReportRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("report-error", "reportError")
          .rule(
              "tp1",
              "a forward to a service that there is not fails the call and is reported",
              stage ->
                  forwardTo(stage, "no.such.Service", "Call", "Service [no.such.Service] unknown"))
          .rule(
              "tp2",
              "a forward to a method that there is not fails the call and is reported",
              stage ->
                  forwardTo(
                      stage,
                      ActionModel.TWO,
                      "NoSuchMethod",
                      "Service ["
                          + ActionModel.TWO
                          + "] does not have a command named: [NoSuchMethod]"));

  private ReportRules() {}

  private static void forwardTo(ProxyStage stage, String service, String method, String text) {
    var request = request(forward("one"));
    var call = stage.client().call(UNARY, request);
    answer(
        expectUnary(stage, request),
        ActionResponse.newBuilder()
            .setForward(Messages.forwarded(service, method, other("one")).getForward()));
    var ended = call.expectEnd();
    if (ended.status().isOk()) {
      throw new Mismatch("end of " + call.label(), "a status that is not OK", ended.text());
    }
    stage.expectReport(text);
  }
}
