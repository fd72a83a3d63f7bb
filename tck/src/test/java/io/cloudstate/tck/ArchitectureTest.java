package io.cloudstate.tck;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule the_kit_is_a_black_box =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.cloudstate.proxy..", "io.cloudstate.operator..");

  @ArchTest
  static final ArchRule rules_know_nothing_of_who_plays_them =
      noClasses()
          .that()
          .resideInAnyPackage("..tck.rule..", "..tck.driver..", "..tck.suite..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..tck.run..", "..tck.report..");

  @ArchTest
  static final ArchRule reports_know_results_alone =
      noClasses()
          .that()
          .resideInAPackage("..tck.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..tck.run..", "..tck.driver..", "..tck.suite..");

  @ArchTest
  static final ArchRule suites_know_nothing_of_the_reference_function =
      noClasses()
          .that()
          .resideInAPackage("..tck.suite..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..tck.reference..");

  @ArchTest
  static final ArchRule the_reference_function_knows_no_suite =
      noClasses()
          .that()
          .resideInAPackage("..tck.reference..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..tck.suite..", "..tck.rule..", "..tck.run..");

  @ArchTest
  static final ArchRule grpc_and_akka_stay_where_ends_are_played =
      noClasses()
          .that()
          .resideInAnyPackage("..tck.rule..", "..tck.run..", "..tck.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("akka..", "io.grpc..", "scala..");

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
