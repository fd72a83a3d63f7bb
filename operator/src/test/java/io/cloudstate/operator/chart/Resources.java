package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.crd.Schema;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.desired.References;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Manifests that somebody applies: what the API server and then the operator would say. */
final class Resources {

  static final Platform PLATFORM = new Platform("example.org/cloudstate-proxy:1", true);
  private static final Map<String, String> PLURALS =
      Map.of("StatefulService", "statefulservices", "StatefulStore", "statefulstores");

  private Resources() {}

  /** Fails unless the API server takes each of them; sets the defaults of ours. */
  static void accept(ObjectNode object) {
    var plural = PLURALS.get(object.path("kind").asText());
    if (plural != null) {
      var schema = Schema.of(plural);
      schema.withDefaults(object);
      assertThat(schema.violations(object)).as(Manifests.id(object)).isEmpty();
    }
    Manifests.strictly(object);
  }

  /** What the operator makes of each service; the stores and Secrets are those beside it. */
  static List<Desired> desired(List<ObjectNode> objects) {
    var secrets =
        Chart.ofKind(objects, "Secret")
            .collect(
                Collectors.toMap(secret -> secret.at("/metadata/name").asText(), secret -> "1"));
    return Chart.ofKind(objects, "StatefulService")
        .map(object -> Manifests.strictly(object, StatefulService.class))
        .map(
            service ->
                Desired.of(service, new References(storeOf(service, objects), secrets), PLATFORM))
        .toList();
  }

  private static @Nullable StatefulStore storeOf(
      StatefulService service, List<ObjectNode> objects) {
    var config = service.getSpec().storeConfig();
    return config == null
        ? null
        : Manifests.strictly(
            Chart.one(objects, "StatefulStore", config.statefulStore().getName()),
            StatefulStore.class);
  }
}
