package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.driver.Rpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all kinds of entity have in common on the wire, as short forms for the scripts. */
final class Protocol {

  static final String EVENT_SOURCED = "cloudstate.eventsourced.EventSourced";
  static final String VALUE = "cloudstate.valueentity.ValueEntity";
  static final String CRDT = "cloudstate.crdt.Crdt";
  static final String ACTION = "cloudstate.action.ActionProtocol";

  static final Rpc<ProxyInfo, EntitySpec> DISCOVER =
      new Rpc<>(
          "cloudstate.EntityDiscovery",
          "discover",
          ProxyInfo.getDefaultInstance(),
          EntitySpec.getDefaultInstance());
  static final Rpc<UserFunctionError, Empty> REPORT_ERROR =
      new Rpc<>(
          "cloudstate.EntityDiscovery",
          "reportError",
          UserFunctionError.getDefaultInstance(),
          Empty.getDefaultInstance());
  static final Rpc<EventSourcedStreamIn, EventSourcedStreamOut> HANDLE_EVENT_SOURCED =
      new Rpc<>(
          EVENT_SOURCED,
          "handle",
          EventSourcedStreamIn.getDefaultInstance(),
          EventSourcedStreamOut.getDefaultInstance());
  static final Rpc<ValueEntityStreamIn, ValueEntityStreamOut> HANDLE_VALUE =
      new Rpc<>(
          VALUE,
          "handle",
          ValueEntityStreamIn.getDefaultInstance(),
          ValueEntityStreamOut.getDefaultInstance());
  static final Rpc<CrdtStreamIn, CrdtStreamOut> HANDLE_CRDT =
      new Rpc<>(
          CRDT, "handle", CrdtStreamIn.getDefaultInstance(), CrdtStreamOut.getDefaultInstance());
  static final Rpc<ActionCommand, ActionResponse> HANDLE_UNARY = action("handleUnary");
  static final Rpc<ActionCommand, ActionResponse> HANDLE_STREAMED_IN = action("handleStreamedIn");
  static final Rpc<ActionCommand, ActionResponse> HANDLE_STREAMED_OUT = action("handleStreamedOut");
  static final Rpc<ActionCommand, ActionResponse> HANDLE_STREAMED = action("handleStreamed");

  static final List<Rpc<?, ?>> ALL =
      List.of(
          DISCOVER,
          REPORT_ERROR,
          HANDLE_EVENT_SOURCED,
          HANDLE_VALUE,
          HANDLE_CRDT,
          HANDLE_UNARY,
          HANDLE_STREAMED_IN,
          HANDLE_STREAMED_OUT,
          HANDLE_STREAMED);

  private Protocol() {}

  static Any any(Message message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + message.getDescriptorForType().getFullName())
        .setValue(message.toByteString())
        .build();
  }

  /** A command on an entity's stream: these fields and no others. */
  static Command command(String entityId, long id, String name, Message payload) {
    return Command.newBuilder()
        .setEntityId(entityId)
        .setId(id)
        .setName(name)
        .setPayload(any(payload))
        .build();
  }

  static ClientAction replied(Message payload) {
    return ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(any(payload))).build();
  }

  static ClientAction forwarded(String service, String command, Message payload) {
    return ClientAction.newBuilder()
        .setForward(
            Forward.newBuilder()
                .setServiceName(service)
                .setCommandName(command)
                .setPayload(any(payload)))
        .build();
  }

  static ClientAction failed(long commandId, String description, boolean restart) {
    return ClientAction.newBuilder()
        .setFailure(
            Failure.newBuilder()
                .setCommandId(commandId)
                .setDescription(description)
                .setRestart(restart))
        .build();
  }

  static SideEffect effect(String service, String command, Message payload, boolean synchronous) {
    return SideEffect.newBuilder()
        .setServiceName(service)
        .setCommandName(command)
        .setPayload(any(payload))
        .setSynchronous(synchronous)
        .build();
  }

  static Entity entity(String type, String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType(type)
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  static Entity entity(String type, String service, String persistenceId, long timeoutMillis) {
    return entity(type, service, persistenceId).toBuilder()
        .setPassivationStrategy(
            EntityPassivationStrategy.newBuilder()
                .setTimeout(TimeoutPassivationStrategy.newBuilder().setTimeout(timeoutMillis)))
        .build();
  }

  static EntitySpec spec(List<Entity> entities, List<FileDescriptor> files) {
    return EntitySpec.newBuilder()
        .setProto(descriptors(files).toByteString())
        .addAllEntities(entities)
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setServiceName("conformance kit")
                .setServiceVersion("1")
                .setServiceRuntime("Java")
                .setSupportLibraryName("conformance kit")
                .setSupportLibraryVersion("1")
                .setProtocolMajorVersion(0)
                .setProtocolMinorVersion(2))
        .build();
  }

  private static FileDescriptorSet descriptors(List<FileDescriptor> files) {
    var all = new LinkedHashMap<String, FileDescriptor>();
    files.forEach(file -> collect(file, all));
    var set = FileDescriptorSet.newBuilder();
    all.values().forEach(file -> set.addFile(file.toProto()));
    return set.build();
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> all) {
    if (!all.containsKey(file.getName())) {
      file.getDependencies().forEach(dependency -> collect(dependency, all));
      all.put(file.getName(), file);
    }
  }

  private static Rpc<ActionCommand, ActionResponse> action(String method) {
    return new Rpc<>(
        ACTION, method, ActionCommand.getDefaultInstance(), ActionResponse.getDefaultInstance());
  }
}
