package io.cloudstate.samples.shoppingcart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  @Test
  void everyFileComesAfterItsImportsAndOnlyOnce() throws InvalidProtocolBufferException {
    var files = FileDescriptorSet.parseFrom(Main.discovery().spec().getProto()).getFileList();

    var names = new HashSet<String>();
    for (var file : files) {
      assertThat(names).containsAll(file.getDependencyList()).doesNotContain(file.getName());
      names.add(file.getName());
    }
    assertThat(names)
        .contains(
            "shoppingcart/shoppingcart.proto",
            "shoppingcart/persistence/domain.proto",
            "cloudstate/entity_key.proto",
            "google/api/annotations.proto",
            "google/protobuf/descriptor.proto");
  }

  @Test
  void oneEventSourcedServiceOfProtocolVersionZeroTwo() {
    var spec = Main.discovery().spec();

    assertThat(spec.getServiceInfo().getProtocolMajorVersion()).isEqualTo(0);
    assertThat(spec.getServiceInfo().getProtocolMinorVersion()).isEqualTo(2);
    assertThat(spec.getEntitiesList())
        .singleElement()
        .satisfies(
            entity -> {
              assertThat(entity.getEntityType()).isEqualTo("cloudstate.eventsourced.EventSourced");
              assertThat(entity.getServiceName())
                  .isEqualTo("com.example.shoppingcart.ShoppingCart");
              assertThat(entity.getPersistenceId()).isEqualTo("shopping-cart");
            });
  }

  @Test
  void whatCountsSalesIsServedWhenItIsWanted() {
    assertThat(Main.discoveryWithSales().spec().getEntitiesList())
        .extracting(Entity::getServiceName, Entity::getEntityType, Entity::getPersistenceId)
        .containsExactly(
            tuple(Main.CARTS, "cloudstate.eventsourced.EventSourced", "shopping-cart"),
            tuple(Main.CHECKOUTS, "cloudstate.action.ActionProtocol", ""),
            tuple(Main.PRODUCT, "cloudstate.valueentity.ValueEntity", "product"));
  }
}
