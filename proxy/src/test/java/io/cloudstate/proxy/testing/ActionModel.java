package io.cloudstate.proxy.testing;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.tck.model.Action.OtherRequest;
import io.cloudstate.tck.model.Action.Request;
import io.cloudstate.tck.model.Action.Response;
import java.util.LinkedHashMap;

/** The actions of the conformance kit, and an event sourced entity beside them. */
public final class ActionModel {

  public static final String MODEL = "cloudstate.tck.model.action.ActionTckModel";
  public static final String TWO = "cloudstate.tck.model.action.ActionTwo";

  private ActionModel() {}

  public static EntitySpec spec() {
    var files = new LinkedHashMap<String, FileDescriptor>();
    TckModel.collect(io.cloudstate.tck.model.Action.getDescriptor(), files);
    TckModel.collect(io.cloudstate.tck.model.Eventsourced.getDescriptor(), files);
    var set = FileDescriptorSet.newBuilder();
    files.values().forEach(file -> set.addFile(file.toProto()));
    return TckModel.spec(
            action(MODEL), action(TWO), TckModel.entity(TckModel.TWO, "event-sourced-two"))
        .toBuilder()
        .setProto(set.build().toByteString())
        .build();
  }

  /** The command of a call with one request; without metadata. */
  public static ActionCommand command(String method, Request request) {
    return ActionCommand.newBuilder()
        .setServiceName(MODEL)
        .setName(method)
        .setPayload(TckModel.any(request))
        .build();
  }

  public static ActionCommand opening(String method) {
    return ActionCommand.newBuilder().setServiceName(MODEL).setName(method).build();
  }

  public static ActionCommand further(Request request) {
    return ActionCommand.newBuilder()
        .setPayload(TckModel.any(request))
        .setMetadata(Metadata.getDefaultInstance())
        .build();
  }

  public static ActionResponse reply(String text) {
    return reply(text, Metadata.getDefaultInstance());
  }

  public static ActionResponse reply(String text, Metadata metadata) {
    return ActionResponse.newBuilder()
        .setReply(
            Reply.newBuilder()
                .setPayload(TckModel.any(Response.newBuilder().setMessage(text).build()))
                .setMetadata(metadata))
        .build();
  }

  public static ActionResponse failure(String text) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(text))
        .build();
  }

  /** A forward to {@code ActionTwo.Call}. */
  public static ActionResponse forward(String id) {
    return forward(TWO, "Call", OtherRequest.newBuilder().setId(id).build());
  }

  public static ActionResponse forward(String service, String method, Message request) {
    return ActionResponse.newBuilder()
        .setForward(
            Forward.newBuilder()
                .setServiceName(service)
                .setCommandName(method)
                .setPayload(TckModel.any(request)))
        .build();
  }

  /** The response with a further side effect, on {@code ActionTwo.Call}. */
  public static ActionResponse withEffect(ActionResponse response, String id, boolean synchronous) {
    return response.toBuilder()
        .addSideEffects(
            SideEffect.newBuilder()
                .setServiceName(TWO)
                .setCommandName("Call")
                .setSynchronous(synchronous)
                .setPayload(TckModel.any(OtherRequest.newBuilder().setId(id).build())))
        .build();
  }

  public static Metadata metadata(EntityOuterClass.MetadataEntry... entries) {
    return Metadata.newBuilder().addAllEntries(java.util.List.of(entries)).build();
  }

  private static Entity action(String service) {
    return Entity.newBuilder()
        .setEntityType("cloudstate.action.ActionProtocol")
        .setServiceName(service)
        .build();
  }
}
