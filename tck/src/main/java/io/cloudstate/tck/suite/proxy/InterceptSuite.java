package io.cloudstate.tck.suite.proxy;

import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.rule.Script;
import io.cloudstate.tck.rule.Suite;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rules of a proxy and a user function that work together, with the kit between them: those rules
 * of the proxy suite that a function need not be scripted for. What the script would send as the
 * function is what the real one has to send. The rule {@code ep3} is {@code ei3} here.
 */
public final class InterceptSuite {

  private static final String WITH_A_FUNCTION = "with a real function, ";

  /** By group, the model services that its rules call. */
  private static final Map<String, List<Entity>> SERVICES =
      Map.of(
          DiscoveryRules.GROUP.name(),
          List.of(),
          ActionRules.GROUP.name(),
          ActionModel.ENTITIES,
          ValueRules.GROUP.name(),
          ValueModel.ENTITIES,
          EventSourcedRules.GROUP.name(),
          EventSourcedModel.ENTITIES,
          CrdtRules.GROUP.name(),
          CrdtModel.ENTITIES,
          ReflectionRules.GROUP.name(),
          List.of(),
          EventingRules.NAME,
          EventingRules.ENTITIES,
          WebRules.GROUP.name(),
          ActionModel.ENTITIES,
          JsonRules.GROUP.name(),
          both(ActionModel.ENTITIES, EventSourcedModel.ENTITIES));

  /** Rules of the services that are unloaded soon, which functions may lack. */
  private static final Set<String> PASSIVATION = Set.of("vp5", "ep5", "cp6");

  public static final Suite<ProxyStage> SUITE =
      new Suite<>(
          "intercept",
          ProxySuite.SUITE.groups().stream()
              .filter(group -> SERVICES.containsKey(group.name()))
              .map(InterceptSuite::withFunction)
              .toList());

  private InterceptSuite() {}

  private static Group<ProxyStage> withFunction(Group<ProxyStage> group) {
    var rules = group.rules().stream().map(rule -> withFunction(group, rule)).toList();
    var same = new Group<>(group.name(), group.title(), group.isOfOriginal(), rules);
    return group.name().equals(DiscoveryRules.GROUP.name())
        ? same.rule(
            "di3",
            "every service that the function says it serves is in its descriptors",
            DiscoveryRules::descriptors)
        : same;
  }

  private static Rule<ProxyStage> withFunction(Group<ProxyStage> group, Rule<ProxyStage> rule) {
    var services =
        SERVICES.getOrDefault(group.name(), List.of()).stream()
            .filter(service -> isUnloadedSoon(service) == PASSIVATION.contains(rule.id()))
            .toList();
    Script<ProxyStage> script =
        stage -> {
          stage.expectOffered(services);
          rule.script().play(stage);
        };
    return new Rule<>(
        rule.id().replaceFirst("p([0-9]+)$", "i$1"), WITH_A_FUNCTION + rule.demand(), script);
  }

  private static boolean isUnloadedSoon(Entity service) {
    return service.hasPassivationStrategy();
  }

  private static List<Entity> both(List<Entity> some, List<Entity> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }
}
