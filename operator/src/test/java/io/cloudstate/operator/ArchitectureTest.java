package io.cloudstate.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule the_operator_knows_no_other_module =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.cloudstate.proxy..", "io.cloudstate.tck..", "io.cloudstate.protocol..");

  @ArchTest
  static final ArchRule what_is_desired_sees_no_cluster =
      noClasses()
          .that()
          .resideInAnyPackage("..operator.desired..", "..operator.crd..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.fabric8.kubernetes.client..")
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo(
                              CustomResource.class))));

  @ArchTest
  static final ArchRule resources_know_nothing_of_what_is_made_of_them =
      noClasses()
          .that()
          .resideInAPackage("..operator.crd..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..operator.desired..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("io.cloudstate.operator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothing_sleeps_or_reads_the_clock =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
