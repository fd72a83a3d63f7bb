package io.cloudstate.proxy.discovery;

import static io.cloudstate.proxy.discovery.Specs.THINGS;
import static io.cloudstate.proxy.discovery.Specs.closure;
import static io.cloudstate.proxy.discovery.Specs.importing;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.Shoppingcart;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DescriptorReaderTest {

  @Test
  void theOrderOfFilesDoesNotMatter() {
    // Given
    var files = closure(Shoppingcart.getDescriptor());
    var random = new Random(1);
    for (var i = 0; i < 20; i++) {
      Collections.shuffle(files, random);
      // When
      var read = read(files);
      // Then
      assertThat(read.mistakes()).isEmpty();
      assertThat(read.files())
          .extracting("name")
          .containsExactlyElementsOf(files.stream().map(FileDescriptorProto::getName).toList());
      assertThat(read.service("com.example.shoppingcart.ShoppingCart")).isPresent();
    }
  }

  @Test
  void theUsersFilesAreNotLinkedToTheProxysOwn() {
    // Given
    var own = com.google.protobuf.DescriptorProtos.getDescriptor();
    // When
    var read = read(closure(Shoppingcart.getDescriptor()));
    // Then
    assertThat(read.files())
        .filteredOn(file -> file.getName().equals(own.getName()))
        .singleElement()
        .isNotSameAs(own);
  }

  @Test
  void aFileIsNotBuiltTwice() {
    var read = read(List.of(importing("a", "c"), importing("b", "c"), importing("c")));
    assertThat(read.files().get(0).getDependencies().get(0))
        .isSameAs(read.files().get(1).getDependencies().get(0))
        .isSameAs(read.files().get(2));
  }

  @Test
  void theSameFileMayComeTwice() {
    var read = read(List.of(THINGS, THINGS));
    assertThat(read.mistakes()).isEmpty();
    assertThat(read.files()).hasSize(1);
  }

  @Test
  void twoFilesOfTheSameNameAreAMistake() {
    assertThat(read(List.of(importing("a"), THINGS, importing("a", "things.proto"))).mistakes())
        .containsExactly("Descriptor [a] is given more than once, with different content");
  }

  @Test
  void bytesThatAreNoDescriptorsAreAMistake() {
    assertThat(DescriptorReader.read(ByteString.copyFromUtf8("nonsense")).mistakes())
        .singleElement()
        .asString()
        .startsWith("Descriptors of the entity spec cannot be parsed as a FileDescriptorSet: ");
  }

  @Test
  void aFileThatIsNotValidIsAMistakeAndTheOthersAreBuilt() {
    var twice = THINGS.toBuilder().setName("twice.proto");
    twice.addMessageType(twice.getMessageType(0));
    var read = read(List.of(twice.build(), importing("on-top", "twice.proto"), importing("fine")));
    assertThat(read.mistakes())
        .singleElement()
        .asString()
        .startsWith("Descriptor [twice.proto] is not valid: ")
        .contains("already defined");
    assertThat(read.files()).extracting("name").containsExactly("fine");
  }

  @Test
  void aFieldWithoutATypeIsAMistake() {
    var untyped = THINGS.toBuilder();
    untyped.getMessageTypeBuilder(0).getFieldBuilder(0).clearType();
    assertThat(read(List.of(untyped.build())).mistakes())
        .singleElement()
        .asString()
        .startsWith("Descriptor [things.proto] is not valid: ");
  }

  @Test
  void everyMissingImportIsReported() {
    assertThat(read(List.of(importing("a", "x", "y"), importing("b", "x"))).mistakes())
        .containsExactly(
            "Descriptor dependency [x] not found, dependency path: [a]",
            "Descriptor dependency [y] not found, dependency path: [a]",
            "Descriptor dependency [x] not found, dependency path: [b]");
  }

  @Test
  void aFileThatImportsItselfIsACycle() {
    assertThat(read(List.of(importing("a", "a"))).mistakes())
        .containsExactly("Circular dependency detected in entity spec descriptor: [a] -> [a]");
  }

  @Test
  void aChainOfImportsHasABound() {
    var chain = IntStream.range(0, 10_000).mapToObj(i -> importing("f" + i, "f" + (i + 1)));
    assertThat(read(new ArrayList<>(chain.toList())).mistakes())
        .first()
        .asString()
        .isEqualTo(
            "Descriptor [f500] stands at the end of too long a chain of imports (expected: <= 500"
                + " files)");
  }

  private static UserFiles read(List<FileDescriptorProto> files) {
    return DescriptorReader.read(
        FileDescriptorSet.newBuilder().addAllFile(files).build().toByteString());
  }
}
