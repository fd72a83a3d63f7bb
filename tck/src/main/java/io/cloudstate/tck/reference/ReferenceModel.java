package io.cloudstate.tck.reference;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.model.Eventlogeventing;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.Valueentity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All model services, as the specification wants them. */
public final class ReferenceModel implements Model {

  private static final String ACTION = "cloudstate.action.ActionProtocol";
  private static final String EVENT_SOURCED = "cloudstate.eventsourced.EventSourced";
  private static final String VALUE = "cloudstate.valueentity.ValueEntity";
  private static final String CRDT = "cloudstate.crdt.Crdt";

  private static final EntityPassivationStrategy AFTER_100_MILLIS =
      EntityPassivationStrategy.newBuilder()
          .setTimeout(TimeoutPassivationStrategy.newBuilder().setTimeout(100))
          .build();

  private static final EntitySpec SPEC =
      EntitySpec.newBuilder()
          .setProto(
              withImports(
                      io.cloudstate.tck.model.Action.getDescriptor(),
                      Eventsourced.getDescriptor(),
                      Valueentity.getDescriptor(),
                      io.cloudstate.tck.model.Crdt.getDescriptor(),
                      Eventlogeventing.getDescriptor())
                  .toByteString())
          .addAllEntities(
              List.of(
                  entity(ACTION, Services.ACTION, ""),
                  entity(ACTION, Services.ACTION_TWO, ""),
                  entity(VALUE, Services.VALUE, "value-entity-tck-model"),
                  entity(VALUE, Services.VALUE_TWO, "value-entity-tck-model-two"),
                  configured(VALUE, Services.VALUE_CONFIGURED, "value-entity-configured"),
                  entity(EVENT_SOURCED, Services.EVENT_SOURCED, "event-sourced-tck-model"),
                  entity(EVENT_SOURCED, Services.EVENT_SOURCED_TWO, "event-sourced-tck-model-two"),
                  configured(
                      EVENT_SOURCED, Services.EVENT_SOURCED_CONFIGURED, "event-sourced-configured"),
                  entity(CRDT, Services.CRDT, "crdt-tck-model"),
                  entity(CRDT, Services.CRDT_TWO, "crdt-tck-model-two"),
                  configured(CRDT, Services.CRDT_CONFIGURED, "crdt-configured"),
                  entity(ACTION, Services.EVENT_LOG_SUBSCRIBER, ""),
                  entity(EVENT_SOURCED, Services.EVENT_LOG_ONE, "eventlogeventing-one"),
                  entity(EVENT_SOURCED, Services.EVENT_LOG_TWO, "eventlogeventing-two")))
          .setServiceInfo(
              ServiceInfo.newBuilder()
                  .setServiceName("cloudstate-tck-reference")
                  .setServiceVersion("0.1.0")
                  .setServiceRuntime("Java " + Runtime.version())
                  .setSupportLibraryName("none")
                  .setProtocolMajorVersion(0)
                  .setProtocolMinorVersion(2))
          .build();

  @Override
  public EntitySpec spec() {
    return SPEC;
  }

  @Override
  public Session<EventSourcedStreamIn, EventSourcedStreamOut> eventSourced() {
    return new EventSourcedSession();
  }

  @Override
  public Session<ValueEntityStreamIn, ValueEntityStreamOut> value() {
    return new ValueSession();
  }

  @Override
  public Session<CrdtStreamIn, CrdtStreamOut> crdt() {
    return new CrdtSession();
  }

  @Override
  public Session<ActionCommand, ActionResponse> action() {
    return new ActionSession();
  }

  private static Entity configured(String type, String service, String persistenceId) {
    return entity(type, service, persistenceId).toBuilder()
        .setPassivationStrategy(AFTER_100_MILLIS)
        .build();
  }

  private static Entity entity(String type, String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType(type)
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  /** The services' files and all they import, since the proxy knows none of them. */
  private static FileDescriptorSet withImports(FileDescriptor... files) {
    var all = new LinkedHashSet<FileDescriptor>();
    for (var file : files) {
      addWithImports(file, all);
    }
    var set = FileDescriptorSet.newBuilder();
    all.forEach(file -> set.addFile(file.toProto()));
    return set.build();
  }

  private static void addWithImports(FileDescriptor file, Set<FileDescriptor> files) {
    file.getDependencies().forEach(imported -> addWithImports(imported, files));
    files.add(file);
  }
}
