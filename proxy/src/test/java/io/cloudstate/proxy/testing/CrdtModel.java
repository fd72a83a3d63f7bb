package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.Crdt.GCounterValue;
import io.cloudstate.tck.model.Crdt.GSetValue;
import io.cloudstate.tck.model.Crdt.ORSetValue;
import io.cloudstate.tck.model.Crdt.PNCounterValue;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.VoteValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CRDT model of the conformance kit: its spec, and the messages on its streams. */
public final class CrdtModel {

  public static final String MODEL = "cloudstate.tck.model.crdt.CrdtTckModel";
  public static final String TWO = "cloudstate.tck.model.crdt.CrdtTwo";
  public static final String CONFIGURED = "cloudstate.tck.model.crdt.CrdtConfigured";

  /** Of {@link #CONFIGURED}. */
  public static final int PASSIVATION_MILLIS = 100;

  private CrdtModel() {}

  public static EntitySpec spec() {
    return EntitySpec.newBuilder()
        .setProto(descriptors())
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setServiceName("model")
                .setProtocolMajorVersion(0)
                .setProtocolMinorVersion(2))
        .addEntities(entity(MODEL, "crdt-tck-model"))
        .addEntities(entity(TWO, "crdt-tck-model-two"))
        .addEntities(
            entity(CONFIGURED, "crdt-configured").toBuilder()
                .setPassivationStrategy(
                    EntityPassivationStrategy.newBuilder()
                        .setTimeout(
                            TimeoutPassivationStrategy.newBuilder()
                                .setTimeout(PASSIVATION_MILLIS))))
        .build();
  }

  private static Entity entity(String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType("cloudstate.crdt.Crdt")
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  // --- what the proxy sends

  public static CrdtStreamIn init(String service, String id) {
    return CrdtStreamIn.newBuilder()
        .setInit(CrdtInit.newBuilder().setServiceName(service).setEntityId(id))
        .build();
  }

  public static CrdtStreamIn init(String service, String id, CrdtDelta value) {
    var init = CrdtInit.newBuilder().setServiceName(service).setEntityId(id).setDelta(value);
    return CrdtStreamIn.newBuilder().setInit(init).build();
  }

  public static CrdtStreamIn delta(CrdtDelta delta) {
    return CrdtStreamIn.newBuilder().setDelta(delta).build();
  }

  public static CrdtStreamIn deleted() {
    return CrdtStreamIn.newBuilder().setDelete(CrdtDelete.getDefaultInstance()).build();
  }

  public static CrdtStreamIn command(long id, String name, Request request) {
    return command(id, name, request.getId(), request, false);
  }

  public static CrdtStreamIn streamedCommand(long id, Crdt.StreamedRequest request) {
    return command(id, "ProcessStreamed", request.getId(), request, true);
  }

  public static CrdtStreamIn streamCancelled(long id, String entityId) {
    return CrdtStreamIn.newBuilder()
        .setStreamCancelled(StreamCancelled.newBuilder().setEntityId(entityId).setId(id))
        .build();
  }

  private static CrdtStreamIn command(
      long id, String name, String entityId, Message request, boolean isStreamed) {
    return CrdtStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId(entityId)
                .setId(id)
                .setName(name)
                .setPayload(any(request))
                .setStreamed(isStreamed))
        .build();
  }

  // --- what the function sends

  public static CrdtReply.Builder reply(long id, State state) {
    return emptyReply(id).setClientAction(action(state));
  }

  public static CrdtReply.Builder emptyReply(long id) {
    return CrdtReply.newBuilder().setCommandId(id);
  }

  public static CrdtReply.Builder failed(long id, String text) {
    return emptyReply(id)
        .setClientAction(
            ClientAction.newBuilder()
                .setFailure(Failure.newBuilder().setCommandId(id).setDescription(text)));
  }

  public static CrdtReply.Builder forwarded(long id, String entityId) {
    return emptyReply(id)
        .setClientAction(
            ClientAction.newBuilder()
                .setForward(
                    Forward.newBuilder()
                        .setServiceName(TWO)
                        .setCommandName("Call")
                        .setPayload(any(request(entityId)))));
  }

  public static SideEffect effect(String entityId) {
    return SideEffect.newBuilder()
        .setServiceName(TWO)
        .setCommandName("Call")
        .setPayload(any(request(entityId)))
        .build();
  }

  public static CrdtStreamedMessage.Builder streamed(long id, State state) {
    return CrdtStreamedMessage.newBuilder().setCommandId(id).setClientAction(action(state));
  }

  public static CrdtStreamCancelledResponse.Builder cancelled(long id) {
    return CrdtStreamCancelledResponse.newBuilder().setCommandId(id);
  }

  public static CrdtStateAction update(CrdtDelta delta) {
    return CrdtStateAction.newBuilder().setUpdate(delta).build();
  }

  public static CrdtStateAction delete() {
    return CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance()).build();
  }

  public static CrdtStreamOut out(CrdtReply.Builder reply) {
    return CrdtStreamOut.newBuilder().setReply(reply).build();
  }

  public static CrdtStreamOut out(CrdtStreamedMessage.Builder message) {
    return CrdtStreamOut.newBuilder().setStreamedMessage(message).build();
  }

  public static CrdtStreamOut out(CrdtStreamCancelledResponse.Builder response) {
    return CrdtStreamOut.newBuilder().setStreamCancelledResponse(response).build();
  }

  // --- requests, deltas and states

  public static Request request(String id, RequestAction... actions) {
    return Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
  }

  public static CrdtDelta plus(long increment) {
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(increment))
        .build();
  }

  public static CrdtDelta change(long change) {
    return CrdtDelta.newBuilder()
        .setPncounter(PNCounterDelta.newBuilder().setChange(change))
        .build();
  }

  public static CrdtDelta added(String... elements) {
    var set = GSetDelta.newBuilder();
    for (var element : elements) {
      set.addAdded(primitive(element));
    }
    return CrdtDelta.newBuilder().setGset(set).build();
  }

  public static CrdtDelta addedToOrset(Collection<String> elements) {
    var set = ORSetDelta.newBuilder();
    elements.forEach(element -> set.addAdded(primitive(element)));
    return CrdtDelta.newBuilder().setOrset(set).build();
  }

  public static CrdtDelta vote(boolean self) {
    return CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(self)).build();
  }

  public static CrdtDelta vote(boolean self, int votesFor, int voters) {
    var vote =
        VoteDelta.newBuilder().setSelfVote(self).setVotesFor(votesFor).setTotalVoters(voters);
    return CrdtDelta.newBuilder().setVote(vote).build();
  }

  public static State gcounter(long value) {
    return State.newBuilder().setGcounter(GCounterValue.newBuilder().setValue(value)).build();
  }

  public static State pncounter(long value) {
    return State.newBuilder().setPncounter(PNCounterValue.newBuilder().setValue(value)).build();
  }

  public static State gset(String... elements) {
    return State.newBuilder()
        .setGset(GSetValue.newBuilder().addAllElements(List.of(elements)))
        .build();
  }

  public static State orset(Collection<String> elements) {
    return State.newBuilder().setOrset(ORSetValue.newBuilder().addAllElements(elements)).build();
  }

  public static State votes(boolean self, int votesFor, int voters) {
    return State.newBuilder()
        .setVote(
            VoteValue.newBuilder().setSelfVote(self).setVotesFor(votesFor).setTotalVoters(voters))
        .build();
  }

  private static ClientAction action(State state) {
    var payload = any(Response.newBuilder().setState(state).build());
    return ClientAction.newBuilder()
        .setReply(EntityOuterClass.Reply.newBuilder().setPayload(payload))
        .build();
  }

  private static Any primitive(String text) {
    return Any.newBuilder()
        .setTypeUrl("p.cloudstate.io/string")
        .setValue(com.google.protobuf.StringValue.of(text).toByteString())
        .build();
  }

  private static Any any(Message message) {
    return TckModel.any(message);
  }

  private static com.google.protobuf.ByteString descriptors() {
    var files = new LinkedHashMap<String, FileDescriptor>();
    collect(Crdt.getDescriptor(), files);
    var set = FileDescriptorSet.newBuilder();
    files.values().forEach(file -> set.addFile(file.toProto()));
    return set.build().toByteString();
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> files) {
    if (files.putIfAbsent(file.getName(), file) == null) {
      file.getDependencies().forEach(dependency -> collect(dependency, files));
    }
  }
}
