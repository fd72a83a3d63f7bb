package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.config.OperatorSettings;
import io.cloudstate.operator.config.OperatorSettings.CertificateSource;
import io.cloudstate.operator.config.SettingsReader;
import io.cloudstate.operator.desired.Desired;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {

  private static final String UPDATE =
      "./mvnw -pl operator test -Dtest=ChartTest -Ddocs.update=true";

  private static final Set<String> CLUSTER_WIDE =
      Set.of(
          "Namespace",
          "ClusterRole",
          "ClusterRoleBinding",
          "CustomResourceDefinition",
          "MutatingWebhookConfiguration");

  @Test
  void chartIsWithoutFault() {
    // When
    var result = Chart.lint();
    // Then
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{watchNamespaces: [shop, chat]}",
        "{watchNamespaces: [shop], watchSecrets: false, webhook: {enabled: true}}",
        "{webhook: {enabled: true}}",
        "{webhook: {enabled: true, certificates: cert-manager}}",
        "{webhook: {enabled: true, certificates: cert-manager, issuerRef: {kind: ClusterIssuer, name: ca}}}",
        "{webhook: {enabled: true, certificates: secret, secretName: mine, caBundle: Y2E=, failurePolicy: Ignore}}",
        "{webhook: {enabled: true, patchCaBundle: false, caBundle: Y2E=}}",
        "{crds: {install: false}, rbac: {create: false}, serviceAccount: {create: false, name: mine}}",
        "{crds: {keep: false}, namespace: {create: true}, replicas: 1}",
        "{serviceMonitor: {enabled: true, labels: {release: prometheus}}, networkPolicy: {enabled: false}}",
        "{podDisruptionBudget: {maxUnavailable: 50%}, nativeSidecars: true, javaOptions: '-Xmx1g -Da=b'}",
        "{images: {registry: example.org/x, tag: '1.0', pullSecrets: [{name: a}]}, priorityClassName: high, podLabels: {a: b}, podAnnotations: {c: d}, nodeSelector: {e: f}, tolerations: [{key: g, operator: Exists}], affinity: {nodeAffinity: {}}, topologySpreadConstraints: []}",
        "{env: [{name: OPERATOR_LEASE_DURATION, value: 30s}, {name: A, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}], serviceAccount: {annotations: {a: b}}}"
      })
  void everyObjectIsOfItsKindStrictly(String values) {
    // When
    var objects = Chart.objects(values);
    // Then
    assertThat(objects).extracting(Manifests::id).doesNotHaveDuplicates();
    for (var object : objects) {
      var kind = object.get("kind").asText();
      assertThat(object.at("/metadata/namespace").isMissingNode())
          .as("whether " + Manifests.id(object) + " is of the whole cluster")
          .isEqualTo(CLUSTER_WIDE.contains(kind));
      assertThat(object.at("/metadata/labels/app.kubernetes.io~1instance").asText())
          .isEqualTo(Chart.NAME);
      Manifests.strictly(object);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{replica: 3} | replica",
        "{replicas: 0} | replicas",
        "{replicas: two} | replicas",
        "{watchNamespaces: shop} | watchNamespaces",
        "{watchNamespaces: [Shop]} | watchNamespaces",
        "{resyncInterval: often} | resyncInterval",
        "{workers: 65} | workers",
        "{nativeSidecars: yes-please} | nativeSidecars",
        "{log: {level: LOUD}} | log",
        "{images: {tag: 'a b'}} | tag",
        "{images: {registry: ''}} | registry",
        "{webhook: {certificates: none}} | certificates",
        "{webhook: {enabled: true, certificates: secret, secretName: mine}} | caBundle",
        "{webhook: {enabled: true, certificates: secret, caBundle: Y2E=}} | secretName",
        "{webhook: {timeoutSeconds: 60}} | timeoutSeconds",
        "{webhook: {issuerRef: {kind: ClusterIssuer}}} | issuerRef",
        "{serviceAccount: {annotations: {a: 1}}} | annotations",
        "{podDisruptionBudget: {maxUnavailable: 0}} | maxUnavailable",
        "{env: [{value: a}]} | env",
        "{resources: {request: {}}} | request"
      })
  void wrongValuesAreRefusedByName(String values, String name) {
    assertThatThrownBy(() -> Chart.text(values)).hasMessageContaining(name);
  }

  @Test
  void everyValueOfTheSchemaStandsInTheFileOfValues() throws IOException {
    // Given
    var schema = Manifests.in(Chart.FOLDER.resolve("values.schema.json")).get(0);
    var values = Manifests.in(Chart.FOLDER.resolve("values.yaml")).get(0);
    // When
    var missing = new ArrayList<String>();
    addMissing("", schema, values, missing);
    // Then
    assertThat(missing).containsExactly(".global", ".resources.claims");
  }

  private static void addMissing(
      String path, JsonNode schema, JsonNode values, List<String> missing) {
    for (var property : schema.path("properties").properties()) {
      var name = path + "." + property.getKey();
      var value = values.get(property.getKey());
      if (value == null) {
        missing.add(name);
      } else if (value.isObject()) {
        addMissing(name, property.getValue(), value, missing);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{watchNamespaces: [shop, chat], nativeSidecars: false, log: {level: DEBUG, format: text}}",
        "{webhook: {enabled: true}}",
        "{webhook: {enabled: true, certificates: cert-manager}}",
        "{env: [{name: OPERATOR_LEASE_DURATION, value: 30s}]}"
      })
  void settingsAreOnesThatTheOperatorTakes(String values) throws Exception {
    SettingsReader.read(environment(Chart.objects(values)));
  }

  @Test
  void settingsSayWhatTheValuesSay() throws Exception {
    // When
    var settings =
        settings(
            "{watchNamespaces: [shop], watchSecrets: false, workers: 7, webhook: {enabled: true, certificates: cert-manager}, images: {registry: example.org, tag: '1.0'}}");
    // Then
    assertThat(settings.watchedNamespaces()).containsExactly("shop");
    assertThat(settings.watchesSecrets()).isFalse();
    assertThat(settings.workers()).isEqualTo(7);
    assertThat(settings.proxyImage()).isEqualTo("example.org/cloudstate-proxy:1.0");
    assertThat(settings.lease().name()).isEqualTo(Chart.NAME);
    assertThat(settings.webhook().isEnabled()).isTrue();
    assertThat(settings.webhook().certificates()).isEqualTo(CertificateSource.FILES);
    assertThat(settings("{}").webhook().isEnabled()).isFalse();
  }

  @Test
  void objectsAreFoundByTheNamesThatTheOperatorIsTold() throws Exception {
    // Given
    var values = "{webhook: {enabled: true, certificates: cert-manager}}";
    // When
    var webhook = settings(values).webhook();
    var objects = Chart.objects(values);
    // Then
    var service = Chart.one(objects, "Service", webhook.service());
    var configuration = Chart.one(objects, "MutatingWebhookConfiguration", webhook.configuration());
    assertThat(configuration.at("/webhooks/0/clientConfig/service/name"))
        .isEqualTo(service.at("/metadata/name"));
    assertThat(configuration.at("/webhooks/0/clientConfig/service/port"))
        .isEqualTo(service.at("/spec/ports/0/port"));
    var container = operator(objects);
    assertThat(container.getPorts())
        .anySatisfy(
            port -> {
              assertThat(port.getName()).isEqualTo(service.at("/spec/ports/0/targetPort").asText());
              assertThat(port.getContainerPort()).isEqualTo(webhook.port());
            });
    assertThat(container.getVolumeMounts())
        .anySatisfy(
            mount ->
                assertThat(mount.getMountPath())
                    .isEqualTo(webhook.certificateDirectory().toString()));
    assertThat(Chart.one(objects, "Certificate", webhook.service()).at("/spec/dnsNames/0").asText())
        .isEqualTo(webhook.service() + "." + Chart.NAMESPACE + ".svc");
  }

  @Test
  void probesAskThePathsOfTheReference() throws Exception {
    // Given
    var page = Files.readString(Manifests.ROOT.resolve("docs/reference/operator-configuration.md"));
    // When
    var container = operator(Chart.objects("{}"));
    // Then
    assertThat(probe(container, container.getStartupProbe())).isEqualTo("8080/started");
    assertThat(probe(container, container.getLivenessProbe())).isEqualTo("8080/alive");
    assertThat(probe(container, container.getReadinessProbe())).isEqualTo("8080/ready");
    assertThat(page).contains("`GET /started`", "`GET /alive`", "`GET /ready`", "`POST /inject`");
    assertThat(settings("{}").managementPort()).isEqualTo(8080);
  }

  private static String probe(Container container, Probe probe) {
    var name = probe.getHttpGet().getPort().getStrVal();
    return container.getPorts().stream()
            .filter(port -> port.getName().equals(name))
            .findFirst()
            .orElseThrow()
            .getContainerPort()
        + probe.getHttpGet().getPath();
  }

  @Test
  void operatorRunsAsTheRestrictedProfileDemands() {
    // When
    var pod = deployment(Chart.objects("{webhook: {enabled: true}}")).getSpec().getTemplate();
    // Then
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(pod.getSpec().getContainers())
        .allSatisfy(
            container -> {
              var context = container.getSecurityContext();
              assertThat(context.getAllowPrivilegeEscalation()).isFalse();
              assertThat(context.getReadOnlyRootFilesystem()).isTrue();
              assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
              assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
            });
    assertThat(pod.getSpec().getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
    assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
  }

  @Test
  void twoReplicasOfWhichOneMayBeEvicted() {
    // When
    var objects = Chart.objects("{}");
    // Then
    assertThat(deployment(objects).getSpec().getReplicas()).isEqualTo(2);
    assertThat(
            Chart.one(objects, "PodDisruptionBudget", Chart.NAME)
                .at("/spec/maxUnavailable")
                .asInt())
        .isEqualTo(1);
    assertThat(Chart.ofKind(Chart.objects("{replicas: 1}"), "PodDisruptionBudget")).isEmpty();
  }

  @Test
  void webhookIsAskedOnlyForPodsThatAsk() {
    // When
    var webhook =
        Chart.one(
                Chart.objects("{webhook: {enabled: true}, watchNamespaces: [shop]}"),
                "MutatingWebhookConfiguration",
                Chart.NAME)
            .at("/webhooks/0");
    // Then
    assertThat(webhook.at("/objectSelector/matchLabels").toString())
        .isEqualTo("{\"cloudstate.io/enabled\":\"true\"}");
    assertThat(webhook.at("/namespaceSelector/matchExpressions/0/operator").asText())
        .isEqualTo("NotIn");
    assertThat(texts(webhook.at("/namespaceSelector/matchExpressions/0/values")))
        .contains("kube-system", Chart.NAMESPACE);
    assertThat(texts(webhook.at("/namespaceSelector/matchExpressions/1/values")))
        .containsExactly("shop");
    assertThat(texts(webhook.at("/rules/0/operations"))).containsExactly("CREATE");
    assertThat(webhook.at("/sideEffects").asText()).isEqualTo("None");
    assertThat(webhook.at("/timeoutSeconds").asInt()).isLessThanOrEqualTo(10);
    assertThat(webhook.at("/clientConfig/caBundle").isMissingNode())
        .as("whether the operator's own caBundle is left to it")
        .isTrue();
  }

  @Test
  void definitionsAreThoseOfTheRepository() throws IOException {
    for (var plural : List.of("statefulservices", "statefulstores")) {
      // Given
      var source = Manifests.ROOT.resolve("deploy/crds/" + plural + ".yaml");
      var copy = Chart.FOLDER.resolve("files/" + plural + ".yaml");
      if (Boolean.getBoolean("docs.update")) {
        Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      // When
      var definition =
          Chart.one(Chart.objects("{}"), "CustomResourceDefinition", plural + ".cloudstate.io");
      // Then
      assertThat(copy).as("update it with: " + UPDATE).hasSameTextualContentAs(source);
      assertThat(definition.get("spec")).isEqualTo(Manifests.in(source).get(0).get("spec"));
    }
  }

  @Test
  void definitionsStayUnlessTheyAreNotToBe() {
    assertThat(Chart.ofKind(Chart.objects("{}"), "CustomResourceDefinition"))
        .hasSize(2)
        .allSatisfy(
            definition ->
                assertThat(definition.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                    .isEqualTo("keep"));
    assertThat(Chart.ofKind(Chart.objects("{crds: {keep: false}}"), "CustomResourceDefinition"))
        .allMatch(definition -> definition.at("/metadata/annotations").isMissingNode());
    assertThat(Chart.ofKind(Chart.objects("{crds: {install: false}}"), "CustomResourceDefinition"))
        .isEmpty();
  }

  @Test
  void clustersThatAreTooOldAreToldSo() {
    Chart.forCluster("1.35.0");
    assertThatThrownBy(() -> Chart.forCluster("1.26.0")).hasMessageContaining("1.27.0");
  }

  @Test
  void versionsAreThoseOfTheProject() throws IOException {
    // Given
    var project = projectVersion();
    // When
    var chart = Manifests.in(Chart.FOLDER.resolve("Chart.yaml")).get(0);
    // Then
    assertThat(chart.get("version").asText()).isEqualTo(project);
    assertThat(chart.get("appVersion").asText()).isEqualTo(project);
    assertThat(operator(Chart.objects("{}")).getImage())
        .isEqualTo("localhost/cloudstate-operator:" + project);
  }

  static String projectVersion() throws IOException {
    var pom = Files.readString(Manifests.ROOT.resolve("pom.xml"));
    var from = pom.indexOf("<version>") + "<version>".length();
    return pom.substring(from, pom.indexOf("</version>", from));
  }

  @Test
  void notesSayWhatToDoNext() {
    // When
    var notes = Chart.notes("{watchNamespaces: [shop], webhook: {enabled: true}}");
    // Then
    assertThat(notes)
        .contains(
            "looks after\nthe namespaces shop",
            "kubectl --namespace cloudstate-system rollout status deployment/cloudstate-operator",
            "kind: StatefulService",
            "kubectl wait --for=condition=Ready statefulservice/shopping-cart",
            "cloudstate.io/enabled: \"true\"");
  }

  @Test
  void whatTheNotesTellToApplyIsTaken() throws IOException {
    // Given
    var notes = Chart.notes("{}");
    var from = notes.indexOf("<<EOF\n") + "<<EOF\n".length();
    // When
    var objects = Manifests.in(notes.substring(from, notes.indexOf("EOF", from)).stripIndent());
    objects.forEach(Resources::accept);
    // Then
    assertThat(Resources.desired(objects)).hasSize(1).flatExtracting(Desired::problems).isEmpty();
  }

  @Test
  void fileWithoutHelmIsTheChartsOutput() throws IOException {
    // Given
    var file = Manifests.ROOT.resolve("deploy/operator.yaml");
    var head =
        """
        # The operator without Helm: kubectl apply --server-side -f deploy/operator.yaml
        # Made of the chart in deploy/helm/cloudstate-operator; to write it anew:
        #   %s
        """
            .formatted(UPDATE);
    var expected =
        head
            + Chart.text("{namespace: {create: true}, crds: {keep: false}}")
                .replace(
                    "app.kubernetes.io/managed-by: Helm", "app.kubernetes.io/managed-by: kubectl");
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(file, expected);
    }
    // When
    var actual = Files.exists(file) ? Files.readString(file) : "";
    // Then
    assertThat(actual).as("deploy/operator.yaml; update it with: " + UPDATE).isEqualTo(expected);
    assertThat(Manifests.in(file).get(0).get("kind").asText()).isEqualTo("Namespace");
  }

  private static OperatorSettings settings(String values) throws Exception {
    return SettingsReader.read(environment(Chart.objects(values)));
  }

  private static Map<String, String> environment(List<ObjectNode> objects) {
    return Installation.environment(deployment(objects), "a-pod");
  }

  private static Container operator(List<ObjectNode> objects) {
    return deployment(objects).getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  private static Deployment deployment(List<ObjectNode> objects) {
    return Manifests.strictly(Chart.one(objects, "Deployment", Chart.NAME), Deployment.class);
  }

  private static Set<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
  }
}
