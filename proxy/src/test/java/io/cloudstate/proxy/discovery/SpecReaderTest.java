package io.cloudstate.proxy.discovery;

import static io.cloudstate.proxy.discovery.EntityType.ACTION;
import static io.cloudstate.proxy.discovery.EntityType.CRDT;
import static io.cloudstate.proxy.discovery.EntityType.EVENT_SOURCED;
import static io.cloudstate.proxy.discovery.EntityType.VALUE;
import static io.cloudstate.proxy.discovery.Specs.THINGS;
import static io.cloudstate.proxy.discovery.Specs.entity;
import static io.cloudstate.proxy.discovery.Specs.field;
import static io.cloudstate.proxy.discovery.Specs.file;
import static io.cloudstate.proxy.discovery.Specs.importing;
import static io.cloudstate.proxy.discovery.Specs.key;
import static io.cloudstate.proxy.discovery.Specs.message;
import static io.cloudstate.proxy.discovery.Specs.rpc;
import static io.cloudstate.proxy.discovery.Specs.service;
import static io.cloudstate.proxy.discovery.Specs.spec;
import static io.cloudstate.proxy.discovery.Specs.streamedIn;
import static io.cloudstate.proxy.discovery.Specs.streamedOut;
import static io.cloudstate.proxy.discovery.Specs.withTimeout;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.proxy.discovery.eventing.EventingSupport;
import io.cloudstate.proxy.testing.TestProtos;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpecReaderTest {

  private static final Set<EntityType> ALL = EnumSet.allOf(EntityType.class);
  private static final Entity THING = entity(EVENT_SOURCED, "test.Things", "things");

  /** Complains about every type it cannot find; kept here so that its level stays. */
  private static final Logger PROTOBUF = Logger.getLogger("com.google.protobuf");

  private final SpecReader reader = new SpecReader(ALL, new EventingSupport(true, false), true);

  @Test
  void aSpecWithoutMistakesBecomesACatalog() {
    // When
    var result = reader.read(spec(List.of(THINGS), withTimeout(THING, 5)));
    // Then
    var valid = valid(result);
    assertThat(valid.warnings()).isEmpty();
    assertThat(valid.catalog().files()).extracting("name").containsExactly("things.proto");
    assertThat(valid.catalog().services()).hasSize(1);
    var things = valid.catalog().services().iterator().next();
    assertThat(things.name()).isEqualTo("test.Things");
    assertThat(things.type()).isEqualTo(EVENT_SOURCED);
    assertThat(things.persistenceId()).isEqualTo("things");
    assertThat(things.passivationTimeout()).contains(Duration.ofMillis(5));
    var get = Optional.ofNullable(things.methods().get("Get")).orElseThrow();
    assertThat(get.inputTypeUrl()).isEqualTo("type.googleapis.com/test.Request");
    assertThat(get.keyFields()).extracting("name").containsExactly("id");
  }

  // --- the table of mistakes

  @ParameterizedTest
  @CsvSource({"0,3", "1,0", "1,2", "0,-1", "-1,2"})
  void anotherProtocolVersionIsRefused(int major, int minor) {
    assertThat(mistakes(spec(major, minor, List.of(THINGS), THING)))
        .containsExactly(
            "Incompatible protocol version %d.%d, only 0.2 is supported".formatted(major, minor));
  }

  @Test
  void filesThatImportEachOtherAreRefused() {
    var files = List.of(importing("a", "b"), importing("b", "c"), importing("c", "a"), THINGS);
    assertThat(mistakes(spec(files, THING)))
        .containsExactly(
            "Circular dependency detected in entity spec descriptor: [a] -> [c] -> [b] -> [a]");
  }

  @Test
  void aMissingImportIsRefused() {
    var files = List.of(importing("a", "b"), importing("b", "gone"), THINGS);
    assertThat(mistakes(spec(files, THING)))
        .containsExactly("Descriptor dependency [gone] not found, dependency path: [b] -> [a]");
  }

  @Test
  void aWrongHttpRuleIsRefused() {
    assertThat(mistakes(httpSpec("get: '/things/{nothing}'", "get: 'things'")))
        .containsExactly(
            "HTTP API Config: Unknown field name [nothing] in type [test.Request] reference in path"
                + " template for method [test.Service.Get]",
            "Template must start with a slash at character 1 of 'things'");
  }

  @Test
  void ofHttpRulesAlikeTheFunctionIsTold() {
    // When
    var result = reader.read(httpSpec("get: '/things/{id}'", "get: '/things/*'"));
    // Then
    assertThat(valid(result).oddities())
        .containsExactly(
            "HTTP API Config: GET /things/* of [test.Service.Other] takes the same requests as GET"
                + " /things/{id} of [test.Service.Get], which is never reached");
    assertThat(valid(result).catalog().services()).hasSize(1);
  }

  private static EntitySpec httpSpec(String rule, String otherRule) {
    var file =
        TestProtos.file("service.proto", AnnotationsProto.getDescriptor())
            .message("Request", "string id")
            .rpc("Get", "Request", "Request", rule)
            .rpc("Other", "Request", "Request", otherRule)
            .build();
    return spec(TestProtos.withImports(file).getFileList(), entity(ACTION, "test.Service", ""));
  }

  @Test
  void aSpecWithoutEntitiesIsRefused() {
    assertThat(mistakes(spec(List.of(THINGS))))
        .containsExactly("No entities were reported by the discover call!");
  }

  @ParameterizedTest
  @CsvSource({"test.Others", "Things", "other.Things", "test.Things.", "''", "."})
  void aServiceThatIsInNoFileIsRefused(String name) {
    assertThat(mistakes(spec(List.of(THINGS), entity(EVENT_SOURCED, name, "x"))))
        .containsExactly("Service [" + name + "] not found in descriptors!");
  }

  @Test
  void anEventSourcedEntityNeedsAStore() {
    // Given
    var withoutStore =
        new SpecReader(EnumSet.of(CRDT, ACTION), new EventingSupport(false, false), true);
    // When
    var result = withoutStore.read(spec(List.of(THINGS), THING));
    // Then
    assertThat(mistakes(result))
        .singleElement()
        .asString()
        .startsWith(
            "Service [test.Things] has declared an event sourced entity, however, this proxy does"
                + " not have a configured store")
        .contains("store with journal support must be configured for the stateful service");
  }

  @Test
  void anUnsupportedEntityTypeIsRefused() {
    // Given
    var reader = new SpecReader(EnumSet.of(ACTION, CRDT), new EventingSupport(false, false), true);
    // When
    var result =
        reader.read(
            spec(
                List.of(THINGS, otherThings()),
                entity(VALUE, "test.Things", "a"),
                entity("no.Such", "test.OtherThings", "b")));
    // Then
    var supported = "cloudstate.crdt.Crdt,cloudstate.action.ActionProtocol";
    assertThat(mistakes(result))
        .containsExactly(
            "Service [test.Things] has declared an unsupported entity type"
                + " [cloudstate.valueentity.ValueEntity]. Supported types are "
                + supported,
            "Service [test.OtherThings] has declared an unsupported entity type [no.Such]."
                + " Supported types are "
                + supported);
  }

  @ParameterizedTest
  @CsvSource({"EVENT_SOURCED,Event sourced entities", "VALUE,Value based entities"})
  void streamedMethodsOfStoredEntitiesAreRefused(EntityType type, String entities) {
    assertThat(mistakes(spec(List.of(streamed()), entity(type, "test.Things", "things"))))
        .containsExactly(
            entities
                + " do not support streamed methods, but test.Things has the following streamed"
                + " methods: In,Out");
  }

  @Test
  void aCrdtMayStreamToTheClientOnly() {
    assertThat(mistakes(spec(List.of(streamed()), entity(CRDT, "test.Things", "things"))))
        .containsExactly(
            "CRDT entities do not support streaming in from the client, but test.Things has the"
                + " following streamed methods: In");
  }

  @ParameterizedTest
  @CsvSource({
    "EVENT_SOURCED,Event sourced entities",
    "VALUE,Value based entities",
    "CRDT,CRDT entities"
  })
  void methodsWithoutKeysAreRefused(EntityType type, String entities) {
    var file = file("f", message("Request", field("id")), rpc("A", "Request"), rpc("B", "Request"));
    assertThat(mistakes(spec(List.of(file), entity(type, "test.Things", "things"))))
        .containsExactly(
            entities
                + " do not support methods whose parameters do not have at least one field marked"
                + " as entity_key, but test.Things has the following methods without keys: A,B");
  }

  @Test
  void aCrdtNeedsNoStore() {
    var withoutStore =
        new SpecReader(EnumSet.of(CRDT, ACTION), new EventingSupport(false, false), true);
    var result = withoutStore.read(spec(List.of(THINGS), entity(CRDT, "test.Things", "things")));
    assertThat(valid(result).catalog().services()).hasSize(1);
  }

  @Test
  void anActionNeedsNoKeyAndMayStream() {
    var file = file("f", message("M", field("id")), streamedIn("In", "M"), streamedOut("Out", "M"));
    var result = valid(reader.read(spec(List.of(file), entity(ACTION, "test.Things", ""))));
    assertThat(result.catalog().services()).extracting("name").containsExactly("test.Things");
  }

  @Test
  void allMistakesAreFoundAtOnce() {
    var spec = spec(1, 0, List.of(importing("a", "gone")), withTimeout(THING, 0));
    assertThat(mistakes(spec))
        .containsExactly(
            "Incompatible protocol version 1.0, only 0.2 is supported",
            "Descriptor dependency [gone] not found, dependency path: [a]",
            "Service [test.Things] has declared a passivation timeout of 0 ms (expected: >= 1)");
  }

  // --- protocol 0.1

  @ParameterizedTest
  @CsvSource({"0,0", "0,1"})
  void anEventSourcedFunctionOfProtocol01IsServedWithAWarning(int major, int minor) {
    // When
    var result = valid(reader.read(spec(major, minor, List.of(THINGS), THING)));
    // Then
    assertThat(result.warnings())
        .containsExactly(
            "Recognised a protocol 0.1 function (announced protocol version: 0."
                + minor
                + ", support library: some-library 1.2.3), serving its event sourced entities");
  }

  @Test
  void aFunctionThatSaysNothingAboutItselfIsTakenForProtocol01() {
    var spec = spec(List.of(THINGS), THING).toBuilder().clearServiceInfo().build();
    assertThat(valid(reader.read(spec)).warnings())
        .containsExactly(
            "Recognised a protocol 0.1 function (announced protocol version: 0.0),"
                + " serving its event sourced entities");
  }

  @ParameterizedTest
  @CsvSource({
    "cloudstate.crdt.Crdt",
    "cloudstate.function.StatelessFunction",
    "cloudstate.action.ActionProtocol",
    "cloudstate.valueentity.ValueEntity"
  })
  void aFunctionOfProtocol01MayNotDeclareAnythingElse(String type) {
    assertThat(mistakes(spec(0, 0, List.of(THINGS), entity(type, "test.Things", "things"))))
        .containsExactly(
            "Service [test.Things] has declared the entity type ["
                + type
                + "], but protocol 0.1 functions may only declare event sourced entities");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "7,9"})
  void withoutCompatibilityCheckAnyVersionIsServedWithAWarning(int major, int minor) {
    // Given
    var lenient = new SpecReader(ALL, new EventingSupport(true, false), false);
    // When
    var spec = spec(major, minor, List.of(THINGS), entity(CRDT, "test.Things", "things"));
    var result = valid(lenient.read(spec));
    // Then
    assertThat(result.warnings())
        .singleElement()
        .asString()
        .startsWith("The function announces protocol version " + major + "." + minor)
        .endsWith("because protocol-compatibility-check is off");
  }

  // --- what the reference lets pass

  @Test
  void aServiceDeclaredTwiceIsRefused() {
    assertThat(mistakes(spec(List.of(THINGS), THING, THING, THING)))
        .containsExactly("Service [test.Things] has been declared more than once");
  }

  @ParameterizedTest
  @EnumSource(
      value = EntityType.class,
      names = {"EVENT_SOURCED", "VALUE", "CRDT"})
  void anEmptyPersistenceIdIsRefusedWhereStateIsStored(EntityType type) {
    assertThat(mistakes(spec(List.of(THINGS), entity(type, "test.Things", ""))))
        .containsExactly("Service [test.Things] has declared an empty persistence id");
  }

  @Test
  void aPersistenceIdThatDoesNotFitTheStoreIsRefused() {
    assertThat(valid(reader.read(withPersistenceId("x".repeat(200))))).isNotNull();
    assertThat(mistakes(withPersistenceId("x".repeat(201))))
        .containsExactly(
            "Service [test.Things] has declared a persistence id of 201 characters (expected: <="
                + " 200)");
  }

  @Test
  void twoServicesMayNotShareAPersistenceId() {
    assertThat(mistakes(twoServices("same", VALUE, "same")))
        .containsExactly(
            "Services [test.Things] and [test.OtherThings] have declared the same persistence id"
                + " [same]");
  }

  @Test
  void anActionMayHaveThePersistenceIdOfAnotherService() {
    assertThat(valid(reader.read(twoServices("same", ACTION, "same")))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"a|b", "a|", "a|b|c"})
  void persistenceIdsThatCouldCollideInStorageAreRefused(String longer) {
    var text =
        "Service [%s] has declared the persistence id [%s], which could collide with stored"
            + " entities of service [%s], whose persistence id is [a] (expected: not to begin with"
            + " [a|])";
    assertThat(mistakes(twoServices("a", CRDT, longer)))
        .containsExactly(text.formatted("test.OtherThings", longer, "test.Things"));
    assertThat(mistakes(twoServices(longer, CRDT, "a")))
        .containsExactly(text.formatted("test.Things", longer, "test.OtherThings"));
  }

  @ParameterizedTest
  @CsvSource({"a|b,a|c", "a,ab|c", "|a,b"})
  void persistenceIdsThatCannotCollideAreAccepted(String one, String other) {
    assertThat(valid(reader.read(twoServices(one, VALUE, other)))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "-9223372036854775808"})
  void aPassivationTimeoutHasToBePositive(long millis) {
    assertThat(mistakes(spec(List.of(THINGS), withTimeout(THING, millis))))
        .containsExactly(
            "Service [test.Things] has declared a passivation timeout of "
                + millis
                + " ms (expected: >= 1)");
  }

  @Test
  void anyPositivePassivationTimeoutIsAcceptedAndCountsForAHundredYearsAtMost() {
    var spec = spec(List.of(THINGS), withTimeout(THING, Long.MAX_VALUE));
    assertThat(valid(reader.read(spec)).catalog().services())
        .extracting(ServiceDefinition::passivationTimeout)
        .containsExactly(Optional.of(Duration.ofDays(36_500)));
  }

  // --- anything at all

  @Test
  void noBytesMakeTheReaderThrow() {
    PROTOBUF.setLevel(Level.OFF);
    var random = new Random(42);
    var bytes =
        spec(List.of(importing("a", "things.proto"), THINGS, otherThings()), THING).toByteArray();
    for (var i = 0; i < 5_000; i++) {
      var mutated = bytes.clone();
      for (var n = random.nextInt(4); n >= 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      // Given a spec that arrived, and a descriptor set that may be anything
      var spec = spec(List.of(), THING).toBuilder();
      try {
        spec = EntitySpec.parseFrom(mutated).toBuilder();
      } catch (InvalidProtocolBufferException e) {
        spec.setProto(ByteString.copyFrom(mutated));
      }
      // When, Then
      assertThat(reader.read(spec.build())).isNotNull();
    }
  }

  @Test
  void mistakeOfEventingIsToldAndNothingElseIsRefused() {
    var result = valid(reader.read(spec(List.of(consuming()), entity(ACTION, "test.Things", ""))));
    var mistake =
        "Eventing: method [test.Things.Get] uses the topic [orders], but this proxy has no broker"
            + " (expected: one is configured)";
    assertThat(result.oddities()).containsExactly(mistake);
    assertThat(result.catalog().eventing().mistakes()).containsExactly(mistake);
    assertThat(result.catalog().eventing().consumers()).isEmpty();
  }

  @Test
  void mistakesOfEventingAreToldTogetherWithOthers() {
    var spec =
        spec(
            List.of(consuming()),
            entity(ACTION, "test.Things", ""),
            entity(ACTION, "test.Nowhere", ""));
    assertThat(mistakes(spec))
        .anyMatch(mistake -> mistake.contains("[test.Nowhere] not found"))
        .anyMatch(mistake -> mistake.contains("uses the topic [orders]"));
  }

  private static FileDescriptorProto consuming() {
    var eventing = Eventing.newBuilder().setIn(EventSource.newBuilder().setTopic("orders"));
    var options = MethodOptions.newBuilder().setExtension(EventsProto.eventing, eventing.build());
    return file(
        "consuming",
        message("M", key("id")),
        rpc("Get", "M").toBuilder().setOptions(options).build());
  }

  private static FileDescriptorProto streamed() {
    return file(
        "f",
        message("M", key("id")),
        rpc("One", "M"),
        streamedIn("In", "M"),
        streamedOut("Out", "M"));
  }

  private static FileDescriptorProto otherThings() {
    return importing("others.proto", "things.proto").toBuilder()
        .setPackage("test")
        .addService(service("OtherThings", rpc("Get", "Request")))
        .build();
  }

  private static EntitySpec withPersistenceId(String persistenceId) {
    return spec(List.of(THINGS), entity(EVENT_SOURCED, "test.Things", persistenceId));
  }

  private static EntitySpec twoServices(String one, EntityType otherType, String other) {
    return spec(
        List.of(THINGS, otherThings()),
        entity(EVENT_SOURCED, "test.Things", one),
        entity(otherType, "test.OtherThings", other));
  }

  private List<String> mistakes(EntitySpec spec) {
    return mistakes(reader.read(spec));
  }

  private static List<String> mistakes(SpecResult result) {
    assertThat(result).isInstanceOf(SpecResult.Invalid.class);
    return ((SpecResult.Invalid) result).mistakes();
  }

  private static SpecResult.Valid valid(SpecResult result) {
    assertThat(result).isInstanceOf(SpecResult.Valid.class);
    return (SpecResult.Valid) result;
  }
}
