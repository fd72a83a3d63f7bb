package io.cloudstate.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CustomResourcesTest {

  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Fields whose schema leaves to core/v1 what they hold. */
  private static final Map<String, String> CORE_TYPES =
      Map.of(
          ".spec.proxy.resources", "{requests: {cpu: 400m}}",
          ".spec.template.spec.affinity", "{nodeAffinity: {}}",
          ".spec.template.spec.securityContext", "{runAsNonRoot: true}",
          ".spec.autoscaling.behavior", "{scaleDown: {stabilizationWindowSeconds: 60}}",
          ".spec.autoscaling.metrics[]", "{type: Resource}",
          ".spec.template.spec.tolerations[]", "{key: spot, operator: Exists}",
          ".spec.template.spec.volumes[]", "{name: data, emptyDir: {}}",
          ".spec.template.spec.hostAliases[]", "{ip: 10.0.0.1, hostnames: [here]}",
          ".spec.template.spec.topologySpreadConstraints[]", "{maxSkew: 1, topologyKey: zone}");

  @ParameterizedTest
  @CsvSource({"statefulservices", "statefulstores"})
  void everyFieldIsDescribed(String plural) {
    // Given
    var without = new ArrayList<String>();
    // When
    Schema.of(plural)
        .visit(
            (path, schema) -> {
              if (!path.equals(".metadata") // which an API server lets nobody describe
                  && !schema.path("description").asText().endsWith(".")
                  && !schema.path("description").asText().startsWith("Refused")) {
                without.add(path);
              }
            });
    // Then
    assertThat(without).isEmpty();
  }

  /** Or a real API server refuses the definition. */
  @ParameterizedTest
  @CsvSource({"statefulservices", "statefulstores"})
  void metadataIsLeftToKubernetes(String plural) {
    assertThat(Schema.of(plural).version().at("/schema/openAPIV3Schema/properties/metadata"))
        .hasToString("{\"type\":\"object\"}");
  }

  static Stream<Arguments> halves() {
    return Stream.of(
        Arguments.of("statefulservices", "spec", StatefulServiceSpec.class),
        Arguments.of("statefulservices", "status", StatefulServiceStatus.class),
        Arguments.of("statefulstores", "spec", StatefulStoreSpec.class),
        Arguments.of("statefulstores", "status", StatefulStoreStatus.class));
  }

  @ParameterizedTest
  @MethodSource("halves")
  void everyFieldOfTheSchemaIsReadAndWritten(String plural, String half, Class<?> type)
      throws Exception {
    // Given
    var sample = Schema.of(plural).sample(CORE_TYPES).get(half);
    // When
    var written = STRICT.writeValueAsString(STRICT.treeToValue(sample, type));
    // Then
    assertThat(STRICT.readTree(written)).isEqualTo(STRICT.readTree(sample.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statefulservices | {containers: [{name: a}]}",
        "statefulservices | {containers: [{name: a}], autoscaling: {}}",
        "statefulstores | {postgres: {host: a, ssl: {}}}",
        "statefulstores | {postgres: {binding: {secret: {name: a}}}}",
        "statefulstores | {inMemory: true}",
        "statefulstores | {cassandra: {host: a, credentials: {}}}"
      })
  void recordsHaveTheDefaultsOfTheSchema(String plural, String spec) throws Exception {
    // Given
    var type =
        plural.equals("statefulservices") ? StatefulServiceSpec.class : StatefulStoreSpec.class;
    var given = object(spec);
    // When
    var byRecord = STRICT.treeToValue(given.get("spec"), type);
    var bySchema =
        STRICT.treeToValue(Schema.of(plural).withDefaults(given.deepCopy()).get("spec"), type);
    // Then
    assertThat(byRecord).isEqualTo(bySchema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "services | {containers: [{name: a}], datastore: {name: x}} | use storeConfig.statefulStore.name",
        "services | {containers: [{name: a}], volumes: [{name: x}]} | use template.spec.volumes",
        "services | {containers: [{name: a}], nodeSelector: {a: b}} | use template.spec.nodeSelector",
        "services | {containers: [{name: a}], tolerations: [{key: a}]} | use template.spec.tolerations",
        "services | {containers: [{name: a}], sidecarResources: {limits: {}}} | use proxy.resources",
        "services | {containers: [{name: a}], sidecarJvmMemory: 256m} | proxy.jvm.heapPercent",
        "services | {containers: [{name: a}], autoscaling: {userFunctionTargetConcurrency: 1}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {requestTargetConcurrency: 1}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {targetConcurrencyWindow: 60s}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {scaleUpStableDeadline: 3m}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {scaleDownStableDeadline: 3m}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {requestRateThresholdFactor: 1.5}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {requestRateWindow: 6s}} | use autoscaling.metrics",
        "services | {containers: [{name: a}], autoscaling: {minReplicas: 3, maxReplicas: 2}} | autoscaling.minReplicas is above",
        "services | {containers: [{name: cloudstate-sidecar}]} | is the proxy's",
        "services | {containers: [{name: a, ports: [{containerPort: 8558}]}]} | are the proxy's",
        "services | {containers: [{name: a}], template: {spec: {volumes: [{name: cloudstate-tmp}]}}} | are the operator's",
        "services | {containers: [{name: a}], proxy: {jvm: {opts: ['-Da=b c']}}} | .spec.proxy.jvm.opts[]",
        "services | {containers: [{name: a}], storeConfig: {}} | statefulStore is missing",
        "services | {containers: [{name: a}], replica: 3} | .spec.replica is not known",
        "services | {containers: []} | .spec.containers",
        "services | {replicas: -1, containers: [{name: a}]} | .spec.replicas",
        "stores | {type: Postgres} | use inMemory, postgres or cassandra",
        "stores | {postgres: {host: a}, deployment: Unmanaged} | leave it out",
        "stores | {postgres: {host: a}, config: {service: x}} | with host for config.service",
        "stores | {} | exactly one of",
        "stores | {inMemory: true, postgres: {host: a}} | exactly one of",
        "stores | {postgres: {port: 1}} | postgres.host is missing",
        "stores | {postgres: {}} | or postgres.binding",
        "stores | {postgres: {binding: {}}} | .spec.postgres.binding.secret",
        "stores | {postgres: {host: a, binding: {secret: {name: b}}}} | either binding or those",
        "stores | {postgres: {port: 1, binding: {secret: {name: b}}}} | either binding or those",
        "stores | {postgres: {binding: {secret: {name: b}}, credentials: {secret: {name: c}}}} | either binding or those",
        "stores | {postgres: {host: a, ssl: {mode: allow}}} | clear text",
        "stores | {postgres: {host: a, ssl: {mode: require, password: x}}} | passwordKey",
        "stores | {postgres: {host: a, ssl: {mode: require, rootCert: x}}} | postgres.ssl.secret is missing"
      })
  void whatIsRefusedIsToldWithTheWayOut(String plural, String spec, String expected)
      throws Exception {
    // Given
    var schema = Schema.of("stateful" + plural);
    // When
    var violations = schema.violations(schema.withDefaults(object(spec)));
    // Then
    assertThat(violations).anySatisfy(violation -> assertThat(violation).contains(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services | {containers: [{name: a, image: b, ports: [{containerPort: 8013}]}], replicas: 0}",
        "services | {containers: [{name: a}], storeConfig: {statefulStore: {name: b}, database: c}}",
        "services | {containers: [{name: a}], autoscaling: {}}",
        "stores | {inMemory: true}",
        "stores | {postgres: {host: a, port: 5433, credentials: {secret: {name: b}}}}",
        "stores | {cassandra: {host: a, credentials: {secret: {name: b}}}}",
        "stores | {spanner: {project: a, instance: b}}"
      })
  void descriptorsOfTheReferenceAreTaken(String plural, String spec) throws Exception {
    // Given
    var schema = Schema.of("stateful" + plural);
    // When, Then
    assertThat(schema.violations(schema.withDefaults(object(spec)))).isEmpty();
  }

  @Test
  void kindOfStoreNeverChanges() throws Exception {
    // Given
    var schema = Schema.of("statefulstores");
    var memory = schema.withDefaults(object("{inMemory: true}"));
    var postgres = schema.withDefaults(object("{postgres: {host: a}}"));
    // When, Then
    assertThat(schema.violations(postgres, memory))
        .singleElement()
        .asString()
        .contains("never changes");
    assertThat(schema.violations(postgres, postgres)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Cart",
    "1cart",
    "a.b",
    "a234567890123456789012345678901234567890123456789012345678901234"
  })
  void namesThatNoServiceCanHaveAreRefused(String name) throws Exception {
    // Given
    var service = object("{containers: [{name: a}]}");
    ((ObjectNode) service.get("metadata")).put("name", name);
    // When, Then
    assertThat(Schema.of("statefulservices").violations(service))
        .singleElement()
        .asString()
        .startsWith("metadata.name");
  }

  @Test
  void servicesCanBeScaledAndFoundByTheirShortName() {
    // When
    var version = Schema.of("statefulservices").version();
    // Then
    assertThat(version.at("/subresources/scale").toString())
        .contains(".spec.replicas", ".status.replicas", ".status.selector");
    assertThat(version.at("/additionalPrinterColumns").findValuesAsText("name"))
        .containsExactly("Ready", "Status", "Replicas", "Available", "Store", "Age", "Proxy");
  }

  private static JsonNode object(String spec) throws Exception {
    var object = Schema.YAML.createObjectNode();
    object.putObject("metadata").put("name", "cart");
    object.set("spec", Schema.YAML.readTree(spec));
    return object;
  }
}
