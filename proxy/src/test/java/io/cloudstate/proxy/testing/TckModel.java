package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/** The event sourced model of the conformance kit: its spec, and the messages on its streams. */
public final class TckModel {

  public static final String MODEL = "cloudstate.tck.model.EventSourcedTckModel";
  public static final String TWO = "cloudstate.tck.model.EventSourcedTwo";
  public static final String CONFIGURED = "cloudstate.tck.model.EventSourcedConfigured";

  /** Of {@link #CONFIGURED}. */
  public static final int PASSIVATION_MILLIS = 100;

  private TckModel() {}

  public static EntitySpec spec() {
    return spec(
        entity(MODEL, "event-sourced-tck-model"),
        entity(TWO, "event-sourced-tck-model-two"),
        entity(CONFIGURED, "event-sourced-configured").toBuilder()
            .setPassivationStrategy(
                EntityPassivationStrategy.newBuilder()
                    .setTimeout(
                        TimeoutPassivationStrategy.newBuilder().setTimeout(PASSIVATION_MILLIS)))
            .build());
  }

  public static EntitySpec spec(Entity... entities) {
    return spec(Eventsourced.getDescriptor(), entities);
  }

  static EntitySpec spec(FileDescriptor file, Entity... entities) {
    var spec =
        EntitySpec.newBuilder()
            .setProto(descriptors(file))
            .setServiceInfo(
                ServiceInfo.newBuilder()
                    .setServiceName("model")
                    .setProtocolMajorVersion(0)
                    .setProtocolMinorVersion(2));
    for (var entity : entities) {
      spec.addEntities(entity);
    }
    return spec.build();
  }

  public static Entity entity(String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType("cloudstate.eventsourced.EventSourced")
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  public static EventSourcedStreamIn init(String service, String id) {
    return EventSourcedStreamIn.newBuilder()
        .setInit(EventSourcedInit.newBuilder().setServiceName(service).setEntityId(id))
        .build();
  }

  public static EventSourcedStreamIn event(long sequence, String value) {
    return EventSourcedStreamIn.newBuilder()
        .setEvent(EventSourcedEvent.newBuilder().setSequence(sequence).setPayload(persisted(value)))
        .build();
  }

  public static EventSourcedStreamIn command(long id, String name, Request request) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(
            EntityOuterClass.Command.newBuilder()
                .setEntityId(request.getId())
                .setId(id)
                .setName(name)
                .setPayload(any(request)))
        .build();
  }

  /** A reply with a text and events. */
  public static EventSourcedReply.Builder reply(long id, String text, String... events) {
    var reply =
        EventSourcedReply.newBuilder()
            .setCommandId(id)
            .setClientAction(
                ClientAction.newBuilder()
                    .setReply(
                        EntityOuterClass.Reply.newBuilder()
                            .setPayload(any(Response.newBuilder().setMessage(text).build()))));
    for (var event : events) {
      reply.addEvents(persisted(event));
    }
    return reply;
  }

  /** A reply that fails the command. */
  public static EventSourcedReply.Builder failed(long id, String text, boolean restart) {
    var failure = Failure.newBuilder().setCommandId(id).setDescription(text).setRestart(restart);
    return EventSourcedReply.newBuilder()
        .setCommandId(id)
        .setClientAction(ClientAction.newBuilder().setFailure(failure));
  }

  public static EventSourcedStreamOut out(EventSourcedReply.Builder reply) {
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }

  /** A failure of the stream, not a reply. */
  public static EventSourcedStreamOut failure(long commandId, String text) {
    return EventSourcedStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(text))
        .build();
  }

  public static Any persisted(String value) {
    return any(Persisted.newBuilder().setValue(value).build());
  }

  public static Any any(Message message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + message.getDescriptorForType().getFullName())
        .setValue(message.toByteString())
        .build();
  }

  private static com.google.protobuf.ByteString descriptors(FileDescriptor file) {
    var files = new LinkedHashMap<String, FileDescriptor>();
    collect(file, files);
    var set = FileDescriptorSet.newBuilder();
    files.values().forEach(each -> set.addFile(each.toProto()));
    return set.build().toByteString();
  }

  static void collect(FileDescriptor file, Map<String, FileDescriptor> files) {
    if (files.putIfAbsent(file.getName(), file) == null) {
      file.getDependencies().forEach(dependency -> collect(dependency, files));
    }
  }
}
