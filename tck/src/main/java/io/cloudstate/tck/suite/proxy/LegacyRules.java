package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.rule.Group;
import java.util.List;

/** Functions that are built on libraries of protocol 0.1. */
final class LegacyRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("protocol-0.1", "Functions of protocol 0.1")
          .rule(
              "yp1",
              "event sourced entities of a function that tells no version are served",
              stage -> served(stage, 0, Specs.KEYED))
          .rule(
              "yp2",
              "event sourced entities of a function that tells version 0.1 are served",
              stage -> served(stage, 1, Specs.KEYED))
          .rule(
              "yp3",
              "the key of an entity is found by the number that protocol 0.1 has for it",
              stage -> served(stage, 1, Specs.LEGACY_MESSAGE))
          .rule(
              "yp4",
              "a CRDT of a function of protocol 0.1 is reported, whose messages are other ones",
              LegacyRules::crdt);

  private LegacyRules() {}

  private static void served(ProxyStage stage, int minorVersion, String message) {
    var none = stage.usualSpec().toBuilder().clearEntities().build();
    var entity = Specs.withEntity(none, Protocol.EVENT_SOURCED, Specs.method(message));
    stage.restartFunction(ofVersion(minorVersion, entity));
    stage.awaitServed(Specs.CALL_EVENT_SOURCED, request(stage.newId()));
    var request = request(stage.newId());
    var call = stage.client().call(Specs.CALL_EVENT_SOURCED, request);
    var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    stream.expect(EventSourcedModel.init(Specs.ADDED, request.getId()));
    stream.expect(command(request, message));
    stream.send(
        EventSourcedStreamOut.newBuilder().setReply(reply(1, "served", List.of("a"))).build());
    call.expectReply(response("served"));
  }

  private static Request request(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static EventSourcedStreamIn command(Request request, String message) {
    var payload =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/" + message)
            .setValue(request.toByteString());
    return EventSourcedStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId(request.getId())
                .setId(1)
                .setName(Specs.METHOD)
                .setPayload(payload))
        .build();
  }

  private static void crdt(ProxyStage stage) {
    var entity = CrdtModel.ENTITIES.get(0);
    stage.restartFunction(
        ofVersion(1, stage.usualSpec().toBuilder().clearEntities().addEntities(entity).build()));
    stage.expectReport(entity.getServiceName());
  }

  private static EntitySpec ofVersion(int minor, EntitySpec spec) {
    var info = spec.getServiceInfo().toBuilder().setProtocolMinorVersion(minor);
    return spec.toBuilder().setServiceInfo(info).build();
  }
}
