package io.cloudstate.samples.shoppingcart;

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
  static final ArchRule the_cart_knows_neither_the_protocol_nor_grpc =
      noClasses()
          .that()
          .haveSimpleName("Cart")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.cloudstate.protocol..", "io.grpc..");

  @ArchTest
  static final ArchRule a_session_does_no_io =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Session")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "java.io..", "java.net..", "java.time..");

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
