package io.cloudstate.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.implement;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import akka.actor.typed.Behavior;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import java.time.Clock;
import java.time.Instant;
import java.time.chrono.ChronoLocalDate;
import java.time.chrono.ChronoLocalDateTime;
import java.time.chrono.ChronoZonedDateTime;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Who may know whom in the proxy, and what nobody may do. Each rule is the sentence it keeps. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  static final String ROOT = "io.cloudstate.proxy";

  // --- the stages of a call

  @ArchTest
  static final ArchRule the_call_path_points_one_way =
      stages()
          .whereLayer("ingress")
          .mayOnlyAccessLayers("router", "eventloop", "discovery", "call", "config", "telemetry")
          .whereLayer("router")
          .mayOnlyAccessLayers("entity", "discovery", "call", "config", "telemetry")
          .whereLayer("eventing")
          .mayOnlyAccessLayers("router", "storage", "discovery", "call", "config", "telemetry")
          .whereLayer("entity")
          .mayOnlyAccessLayers("userfunction", "discovery", "call", "config", "telemetry")
          .whereLayer("kinds")
          .mayOnlyAccessLayers(
              "entity", "userfunction", "storage", "discovery", "call", "config", "telemetry");

  @ArchTest
  static final ArchRule userfunction_and_storage_are_leaves =
      stages()
          .whereLayer("userfunction")
          .mayOnlyAccessLayers("eventloop", "discovery", "call", "config", "telemetry")
          .whereLayer("storage")
          .mayOnlyAccessLayers("eventloop", "discovery", "call", "config", "telemetry");

  @ArchTest
  static final ArchRule discovery_and_cluster_know_no_stage_of_the_call_but_userfunction =
      stages()
          .whereLayer("discovery")
          .mayOnlyAccessLayers("userfunction", "call", "config", "telemetry")
          .whereLayer("cluster")
          .mayOnlyAccessLayers("call", "config", "telemetry");

  @ArchTest
  static final ArchRule what_all_may_know_knows_nobody =
      stages()
          .whereLayer("call")
          .mayNotAccessAnyLayer()
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .whereLayer("eventloop")
          .mayNotAccessAnyLayer()
          .whereLayer("telemetry")
          .mayOnlyAccessLayers("config");

  @ArchTest
  static final ArchRule only_the_root_sees_everything =
      stages().whereLayer("root").mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule what_records_is_seen_by_the_root_alone =
      stages()
          .whereLayer("metrics")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("tracing")
          .mayOnlyBeAccessedByLayers("root");

  @ArchTest
  static final ArchRule every_class_belongs_to_a_stage =
      stages().ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule the_router_sees_a_kind_only_as_an_entity_kind =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".router..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + ".entity..").and(not(type(EntityKind.class))));

  @ArchTest
  static final ArchRule of_discovery_the_call_path_reads_only_the_catalog =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".discovery..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + ".discovery..")
                  .and(not(type(ServiceCatalog.class)))
                  .and(not(type(ServiceDefinition.class)))
                  .and(not(type(MethodDefinition.class)))
                  .and(not(resideInAPackage(ROOT + ".discovery.http")))
                  .and(not(resideInAPackage(ROOT + ".discovery.eventing")))
                  .and(not(type(EntityType.class))));

  @ArchTest
  static final ArchRule kinds_do_not_know_each_other =
      slices().matching(ROOT + ".entity.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  // --- where libraries and the wire stop

  @ArchTest
  static final ArchRule generated_messages_stop_at_discovery_userfunction_and_the_kinds =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + ".discovery..", ROOT + ".userfunction..", ROOT + ".entity..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.cloudstate", "io.cloudstate.protocol..", "io.cloudstate.tck..", "com.example..");

  @ArchTest
  static final ArchRule armeria_stays_in_ingress_and_on_its_event_loops =
      stays("com.linecorp.armeria..", "ingress", "eventloop");

  @ArchTest static final ArchRule akka_http_stays_in_cluster = stays("akka.http..", "cluster");

  @ArchTest
  static final ArchRule kafka_stays_in_its_broker =
      stays("org.apache.kafka..", "eventing.broker.kafka");

  @ArchTest static final ArchRule java_sql_stays_in_storage = stays("java.sql..", "storage");

  @ArchTest static final ArchRule vertx_stays_in_storage = stays("io.vertx..", "storage.jdbc");

  @ArchTest
  static final ArchRule opentelemetry_stays_in_tracing = stays("io.opentelemetry..", "tracing");

  @ArchTest static final ArchRule prometheus_stays_in_metrics = stays("io.prometheus..", "metrics");

  @ArchTest
  static final ArchRule typesafe_config_stays_in_config_and_main =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".config..")
          .and()
          .haveNameNotMatching(".*\\.cluster\\.ContactPoints")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe.config..")
          .because("settings are read once, at start; what Akka makes by its name has only those");

  @ArchTest
  static final ArchRule
      scala_is_seen_only_by_the_replicator_and_by_what_akka_asks_for_contact_points =
          noClasses()
              .that()
              .haveNameNotMatching(
                  ".*\\.(storage\\.replicator\\.(AkkaReplica|Replicated|ReplicatorReplies)|cluster\\.ContactPoints)(\\$.*)?")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("scala..", "..scaladsl..")
              .because(
                  "Akka has a Java interface, but for three places of Distributed Data and for those who"
                      + " make a discovery of their own");

  @ArchTest
  static final ArchRule stores_know_no_akka =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..storage", "..storage.journal", "..storage.memory", "..storage.jdbc")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("akka..")
          .because("entities are actors; what they store is not");

  // --- sessions and actors

  @ArchTest
  static final ArchRule sessions_know_no_akka_no_clock_and_no_io =
      noClasses()
          .that(
              describe(
                  "are sessions or stand in one",
                  found -> outermost(found).getSimpleName().endsWith("Session")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "akka..",
                      "java.time..",
                      "java.io..",
                      "java.net..",
                      "java.nio..",
                      "java.sql..",
                      "java.util.concurrent..",
                      "io.grpc..",
                      "io.netty..",
                      "com.linecorp.armeria..",
                      "org.slf4j..",
                      ROOT + ".userfunction..")
                  .or(type(System.class))
                  .or(type(Thread.class)));

  @ArchTest
  static final ArchRule messages_of_actors_are_records_or_enums =
      classes()
          .that(implement(describe("an actor's messages", ArchitectureTest::isMessage)))
          .and()
          .areNotInterfaces()
          .should()
          .beRecords()
          .orShould()
          .beEnums();

  @ArchTest
  static final ArchRule messages_of_actors_are_sealed =
      classes()
          .that(describe("are an actor's messages", ArchitectureTest::isMessage))
          .should(be("sealed", found -> found.reflect().isSealed()));

  // --- what holds everywhere

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes()
          .should(
              be(
                  "in a package that is @NullMarked",
                  found -> found.getPackage().isAnnotatedWith(NullMarked.class)));

  @ArchTest
  static final ArchRule nobody_sleeps =
      noClasses()
          .should(call(Thread.class, "sleep|join|onSpinWait"))
          .orShould(call(TimeUnit.class, "sleep|timedJoin|timedWait"))
          .orShould(call(LockSupport.class, "park.*"))
          .because("threads are few and shared");

  @ArchTest
  static final ArchRule nobody_waits_for_a_future =
      noClasses()
          .should(call(Future.class, "get|join|resultNow"))
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("scala.concurrent.Await$")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("scala.concurrent.Await")
          .because("threads are few and shared; compose, or pipeToSelf in an actor");

  @ArchTest
  static final ArchRule nobody_reads_the_wall_clock =
      noClasses()
          .should(call(System.class, "currentTimeMillis"))
          .orShould(call(Instant.class, "now"))
          .orShould(call(ChronoLocalDate.class, "now"))
          .orShould(call(ChronoLocalDateTime.class, "now"))
          .orShould(call(ChronoZonedDateTime.class, "now"))
          .because("a Clock is passed in; durations are measured by System.nanoTime");

  @ArchTest
  static final ArchRule only_the_root_makes_clocks =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should(call(Clock.class, "system.*|tick.*"))
          .because("what is passed in can be another one in tests");

  // --- the words above

  private static LayeredArchitecture stages() {
    return layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("root")
        .definedBy(ROOT)
        .layer("ingress")
        .definedBy(ROOT + ".ingress..")
        .layer("router")
        .definedBy(ROOT + ".router..")
        .layer("entity")
        .definedBy(ROOT + ".entity")
        .layer("kinds")
        .definedBy(ROOT + ".entity.*..")
        .layer("userfunction")
        .definedBy(ROOT + ".userfunction..")
        .layer("storage")
        .definedBy(ROOT + ".storage..")
        .layer("discovery")
        .definedBy(ROOT + ".discovery..")
        .layer("cluster")
        .definedBy(ROOT + ".cluster..")
        .layer("call")
        .definedBy(ROOT + ".call..")
        .layer("config")
        .definedBy(ROOT + ".config..")
        .layer("eventloop")
        .definedBy(ROOT + ".eventloop..")
        .layer("metrics")
        .definedBy(ROOT + ".metrics..")
        .layer("tracing")
        .definedBy(ROOT + ".tracing..")
        .layer("telemetry")
        .definedBy(ROOT + ".telemetry..")
        .layer("eventing")
        .definedBy(ROOT + ".eventing..");
  }

  private static ArchRule stays(String library, String... stages) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(stages).map(stage -> ROOT + "." + stage + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  /** By the usual name, or by standing in a class that is an actor. */
  private static boolean isMessage(JavaClass type) {
    return type.isInterface()
        && type.isNestedClass()
        && type.getPackageName().startsWith(ROOT)
        && (Set.of("Message", "Command").contains(type.getSimpleName())
            || type.getEnclosingClass()
                .filter(actor -> actor.isAssignableTo(Behavior.class))
                .isPresent());
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static DescribedPredicate<JavaClass> type(Class<?> type) {
    return JavaClass.Predicates.equivalentTo(type);
  }

  /** Method references included. */
  private static ArchCondition<JavaClass> call(Class<?> owner, String names) {
    DescribedPredicate<JavaAccess<?>> isCall =
        target(owner(JavaClass.Predicates.assignableTo(owner)))
            .and(target(nameMatching(names)))
            .forSubtype();
    return accessTargetWhere(isCall).as("call %s.%s", owner.getSimpleName(), names);
  }

  private static ArchCondition<JavaClass> be(String description, Predicate<JavaClass> predicate) {
    return new ArchCondition<>("be " + description) {
      @Override
      public void check(JavaClass found, ConditionEvents events) {
        var holds = predicate.test(found);
        events.add(
            new SimpleConditionEvent(
                found, holds, found.getName() + (holds ? " is " : " is not ") + description));
      }
    };
  }
}
