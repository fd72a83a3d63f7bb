package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.apiserver.ApiServer;
import io.cloudstate.operator.apiserver.Request;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.reconcile.Controller;
import io.cloudstate.operator.reconcile.ControllerSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever the controller asks an API server for is granted to it by the chart. */
class RightsInUseTest {

  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api/v1|apis/([^/]+)/[^/]+)(?:/namespaces/[^/]+)?/([a-z]+)(?:/([^/]+)(/[a-z]+)?)?");

  @Test
  void whateverTheControllerAsksForIsGranted() throws IOException {
    // Given
    var granted = RightsTest.ofServices(Chart.objects("{}"));
    try (var server = ApiServer.start();
        var client = server.client();
        var controller =
            new Controller(client, ControllerSettings.of(Resources.PLATFORM, "test"))) {
      create(client, "shopping-cart-on-postgres.yaml");
      var before = server.requests().size();
      // When
      controller.start();
      untilUsed(
          server, before, "apps/deployments patch", "autoscaling/horizontalpodautoscalers patch");
      withoutAutoscaling(client);
      untilUsed(
          server,
          before,
          "autoscaling/horizontalpodautoscalers delete",
          "cloudstate.io/statefulservices/status patch",
          "cloudstate.io/statefulstores/status patch");
      // Then
      for (var use : used(server, before)) {
        var resource = use.substring(0, use.indexOf(' '));
        assertThat(granted).containsKey(resource);
        assertThat(granted.get(resource)).contains(use.substring(use.indexOf(' ') + 1));
      }
    }
  }

  private static void create(KubernetesClient client, String sample) throws IOException {
    for (var object : Manifests.in(SamplesTest.FOLDER.resolve(sample))) {
      // what a real server does with what is written in clear text
      if (object.remove("stringData") instanceof ObjectNode texts) {
        var data = object.putObject("data");
        texts.fieldNames().forEachRemaining(key -> data.put(key, ""));
      }
      client.resource(Manifests.strictly(object)).inNamespace("default").create();
    }
  }

  /** By the user, with the only request of this test after the controller has started. */
  private static void withoutAutoscaling(KubernetesClient client) {
    client
        .resources(StatefulService.class)
        .inNamespace("default")
        .withName("shopping-cart")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"autoscaling\": null}}");
  }

  private static void untilUsed(ApiServer server, int before, String... uses) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(used(server, before)).contains(uses));
  }

  private static Set<String> used(ApiServer server, int before) {
    var requests = server.requests();
    return requests.subList(before, requests.size()).stream()
        .filter(request -> !isTheUsers(request))
        .map(RightsInUseTest::use)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isTheUsers(Request request) {
    return request.method().equals("PATCH")
        && request.path().endsWith("/shopping-cart")
        && request.isAbout("statefulservices");
  }

  /** In the words of a rule: group, resource and verb. */
  private static String use(Request request) {
    var path = PATH.matcher(request.path());
    assertThat(path.matches()).as(request.path()).isTrue();
    var group = path.group(1) == null ? "" : path.group(1);
    var sub = path.group(4) == null ? "" : path.group(4);
    return group + "/" + path.group(2) + sub + " " + verb(request, path.group(3) != null);
  }

  private static String verb(Request request, boolean isNamed) {
    return switch (request.method()) {
      case "GET" -> isNamed ? "get" : "list";
      case "WATCH" -> "watch";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> throw new AssertionError(request.method());
    };
  }
}
