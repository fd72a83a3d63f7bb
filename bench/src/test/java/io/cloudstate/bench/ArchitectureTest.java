package io.cloudstate.bench;

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
  static final ArchRule the_measured_knows_nothing_of_who_measures =
      noClasses()
          .that()
          .resideInAnyPackage("..bench.function..", "..bench.wire..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..bench.cluster..", "..bench.load..", "..bench.measure..", "..bench.report..");

  @ArchTest
  static final ArchRule the_generator_parses_no_messages =
      noClasses()
          .that()
          .resideInAPackage("..bench.load..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.cloudstate.protocol..");

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
