package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.Eventlogeventing;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.cloudstate.tck.rule.Suite;
import java.util.ArrayList;
import java.util.List;

/** All rules of proxies, and what the function that the kit plays serves for them. */
public final class ProxySuite {

  public static final Suite<ProxyStage> SUITE =
      new Suite<>(
          "proxy",
          List.of(
              DiscoveryRules.GROUP,
              ActionRules.GROUP,
              ValueRules.GROUP,
              EventSourcedRules.GROUP,
              CrdtRules.GROUP,
              ReflectionRules.GROUP,
              EventingRules.GROUP,
              FailureRules.GROUP,
              OrderRules.GROUP,
              ReactivationRules.GROUP,
              StreamRules.GROUP,
              MetadataRules.GROUP,
              GrpcRules.GROUP,
              WebRules.GROUP,
              JsonRules.GROUP,
              ReportRules.GROUP,
              LimitRules.GROUP,
              ManyRules.GROUP,
              RestartRules.GROUP,
              SpecRules.GROUP,
              LegacyRules.GROUP,
              DurabilityRules.GROUP));

  private ProxySuite() {}

  /**
   * What the function says it serves. Event logs are consumed only where rules are about that: a
   * proxy without them would have to refuse the function.
   */
  public static EntitySpec spec(Suite<ProxyStage> chosen) {
    var entities = new ArrayList<Entity>();
    entities.addAll(ActionModel.ENTITIES);
    entities.addAll(ValueModel.ENTITIES);
    entities.addAll(EventSourcedModel.ENTITIES);
    entities.addAll(CrdtModel.ENTITIES);
    var files = new ArrayList<FileDescriptor>();
    files.add(Action.getDescriptor());
    files.add(Valueentity.getDescriptor());
    files.add(Eventsourced.getDescriptor());
    files.add(Crdt.getDescriptor());
    if (chosen.groups().stream().anyMatch(group -> group.name().equals(EventingRules.NAME))) {
      entities.addAll(EventingRules.ENTITIES);
      files.add(Eventlogeventing.getDescriptor());
    }
    return Protocol.spec(entities, files);
  }
}
