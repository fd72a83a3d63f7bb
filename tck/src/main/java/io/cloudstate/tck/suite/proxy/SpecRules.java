package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Script;
import io.grpc.Status;
import java.util.function.UnaryOperator;

/**
 * Mistakes in what a function says of itself. They are looked at with a function that comes back
 * and makes one, so that the proxy need not be started for each.
 */
final class SpecRules {

  private static final String KEYS =
      " do not support methods whose parameters do not have at least one field marked as"
          + " entity_key, but "
          + Specs.ADDED
          + " has the following methods without keys: "
          + Specs.METHOD;
  private static final String STREAMS =
      " do not support streamed methods, but "
          + Specs.ADDED
          + " has the following streamed methods: "
          + Specs.METHOD;
  private static final String OTHER_TYPE = "cloudstate.other.Other";

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("specs", "Mistakes in specs")
          .rule(
              "xp1",
              "a spec without entities is reported",
              reported(
                  usual -> usual.toBuilder().clearEntities().build(),
                  "No entities were reported by the discover call!"))
          .rule(
              "xp2",
              "a service that has no descriptor is reported",
              reported(
                  usual ->
                      usual.toBuilder()
                          .addEntities(Protocol.entity(Protocol.ACTION, Specs.ADDED, ""))
                          .build(),
                  "Service [" + Specs.ADDED + "] not found in descriptors!"))
          .rule(
              "xp3",
              "a type of entity that there is not is reported",
              reported(
                  usual -> Specs.withEntity(usual, OTHER_TYPE, Specs.method(Specs.KEYED)),
                  "Service ["
                      + Specs.ADDED
                      + "] has declared an unsupported entity type ["
                      + OTHER_TYPE
                      + "]. Supported types are "))
          .rule(
              "xp4",
              "a streamed method of an event sourced entity is reported",
              entity(Protocol.EVENT_SOURCED, streamedOut(), "Event sourced entities" + STREAMS))
          .rule(
              "xp5",
              "a method of an event sourced entity without a key is reported",
              entity(
                  Protocol.EVENT_SOURCED,
                  Specs.method(Specs.KEYLESS),
                  "Event sourced entities" + KEYS))
          .rule(
              "xp6",
              "a streamed method of a value entity is reported",
              entity(Protocol.VALUE, streamedOut(), "Value based entities" + STREAMS))
          .rule(
              "xp7",
              "a method of a value entity without a key is reported",
              entity(Protocol.VALUE, Specs.method(Specs.KEYLESS), "Value based entities" + KEYS))
          .rule(
              "xp8",
              "a method of a CRDT that streams in is reported",
              entity(
                  Protocol.CRDT,
                  Specs.method(Specs.KEYED).toBuilder().setClientStreaming(true).build(),
                  "CRDT entities do not support streaming in from the client, but "
                      + Specs.ADDED
                      + " has the following streamed methods: "
                      + Specs.METHOD))
          .rule(
              "xp9",
              "a method of a CRDT without a key is reported",
              entity(Protocol.CRDT, Specs.method(Specs.KEYLESS), "CRDT entities" + KEYS))
          .rule(
              "xp10",
              "an import that is not among the descriptors is reported",
              reported(
                  usual -> Specs.withFile(usual, Specs.importing("importing", "no/such.proto")),
                  "Descriptor dependency [no/such.proto] not found, dependency path: "))
          .rule(
              "xp11",
              "descriptors that import each other are reported",
              reported(
                  SpecRules::circle, "Circular dependency detected in entity spec descriptor: "))
          .rule(
              "xp12",
              "a version of the protocol that the proxy does not speak is reported",
              reported(
                  SpecRules::newerVersion,
                  "Incompatible protocol version 0.3, only 0.2 is supported"))
          .rule(
              "xp13",
              "no service of a spec with a mistake is served newly, and those that were go on",
              SpecRules::whatIsServed);

  private SpecRules() {}

  private static Script<ProxyStage> entity(
      String type, MethodDescriptorProto method, String report) {
    return reported(usual -> Specs.withEntity(usual, type, method), report);
  }

  private static Script<ProxyStage> reported(UnaryOperator<EntitySpec> mistake, String report) {
    return stage -> {
      stage.restartFunction(mistake.apply(stage.usualSpec()));
      stage.expectReport(report);
    };
  }

  private static MethodDescriptorProto streamedOut() {
    return Specs.method(Specs.KEYED).toBuilder().setServerStreaming(true).build();
  }

  private static EntitySpec circle(EntitySpec usual) {
    var there = Specs.importing("there", Specs.fileName("back"));
    var back = Specs.importing("back", Specs.fileName("there"));
    return Specs.withFile(Specs.withFile(usual, there), back);
  }

  private static EntitySpec newerVersion(EntitySpec usual) {
    var info = usual.getServiceInfo().toBuilder().setProtocolMinorVersion(3);
    return usual.toBuilder().setServiceInfo(info).build();
  }

  private static void whatIsServed(ProxyStage stage) {
    var unknown = Protocol.entity(Protocol.ACTION, "no.such.Service", "");
    stage.restartFunction(
        Specs.withAction(stage.usualSpec()).toBuilder().addEntities(unknown).build());
    stage.expectReport("Service [no.such.Service] not found in descriptors!");
    stage
        .client()
        .call(Specs.CALL_ACTION, ActionModel.other("one"))
        .expectFailure(Status.Code.UNIMPLEMENTED);
    var request = ActionModel.request(ActionModel.reply("still"));
    var call = stage.client().call(ActionModel.UNARY, request);
    ActionModel.answer(ActionModel.expectUnary(stage, request), ActionModel.replied("still"));
    call.expectReply(ActionModel.response("still"));
  }
}
