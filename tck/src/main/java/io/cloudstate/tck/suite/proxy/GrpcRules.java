package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import com.google.protobuf.UnknownFieldSet;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.tck.rule.Group;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;

/** What any gRPC server has to do, seen from a client. */
final class GrpcRules {

  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final int LARGE = 1 << 20;

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("grpc", "gRPC: unknown methods, deadlines, large messages")
          .rule(
              "gp1",
              "a method that the function does not serve is UNIMPLEMENTED",
              GrpcRules::unknownMethod)
          .rule(
              "gp2",
              "a service that the function does not serve is UNIMPLEMENTED",
              GrpcRules::unknownService)
          .rule(
              "gp3",
              "a call whose deadline passes is DEADLINE_EXCEEDED, and other calls on its connection"
                  + " go on",
              GrpcRules::deadline)
          .rule(
              "gp4",
              "messages of a megabyte come through whole, in both directions",
              GrpcRules::large)
          .rule(
              "gp5",
              "bytes of a request that its type does not know come through unchanged",
              GrpcRules::unknownFields);

  private GrpcRules() {}

  private static void unknownMethod(ProxyStage stage) {
    unimplemented(stage, EventSourcedModel.MODEL, "NoSuchMethod");
  }

  private static void unknownService(ProxyStage stage) {
    unimplemented(stage, "cloudstate.tck.model.NoSuchService", "Process");
  }

  private static void unimplemented(ProxyStage stage, String service, String method) {
    var rpc =
        new Rpc<>(service, method, Request.getDefaultInstance(), Response.getDefaultInstance());
    var call = stage.client().call(rpc, Request.newBuilder().setId(stage.newId()).build());
    call.expectFailure(Status.Code.UNIMPLEMENTED);
  }

  private static void deadline(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var other = new EventSourcedModel(stage);
    var going = other.call();
    other.opens().expectCommand(1);
    var late = stage.client().call(EventSourcedModel.PROCESS, entity.request(), DEADLINE);
    entity.opens().expectCommand(1);
    late.expectFailure(Status.Code.DEADLINE_EXCEEDED);
    other.send(reply(1, "", List.of()));
    going.expectReply(response(""));
    entity.send(reply(1, "too late", List.of()));
  }

  private static void large(ProxyStage stage) {
    var text = "x".repeat(LARGE);
    var entity = new EventSourcedModel(stage);
    var call = entity.call(emit(text));
    entity.opens().expectCommand(1, emit(text));
    entity.send(reply(1, text, List.of(text)));
    call.expectReply(response(text));
  }

  private static void unknownFields(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(4711, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
            .build();
    var request = entity.request().toBuilder().setUnknownFields(unknown).build();
    var call = stage.client().call(EventSourcedModel.PROCESS, request);
    entity.opens().stream().expect(EventSourcedModel.command(1, "Process", request));
    entity.send(reply(1, "", List.of()));
    call.expectReply(response(""));
  }
}
