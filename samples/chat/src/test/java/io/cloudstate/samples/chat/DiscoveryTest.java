package io.cloudstate.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.example.chat.ChatProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EntityKey;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  @Test
  void everyServiceOfTheFileIsServedByOneProtocol() throws InvalidProtocolBufferException {
    var spec = Main.discovery().spec();

    assertThat(spec.getEntitiesList())
        .extracting(
            Entity::getServiceName, Entity::getEntityType, entity -> entity.getPersistenceId())
        .containsExactly(
            tuple("com.example.chat.Profile", "cloudstate.valueentity.ValueEntity", "profile"),
            tuple("com.example.chat.Room", "cloudstate.crdt.Crdt", "room"),
            tuple("com.example.chat.Chat", "cloudstate.action.ActionProtocol", ""));
    assertThat(FileDescriptorSet.parseFrom(spec.getProto()).getFileList())
        .filteredOn(file -> file.getName().equals("chat/chat.proto"))
        .singleElement()
        .satisfies(
            file ->
                assertThat(file.getServiceList())
                    .extracting(ServiceDescriptorProto::getName)
                    .containsExactly("Profile", "Room", "Chat"));
  }

  @Test
  void everyFileComesAfterItsImportsAndOnlyOnce() throws InvalidProtocolBufferException {
    var names = new HashSet<String>();
    for (var file : FileDescriptorSet.parseFrom(Main.discovery().spec().getProto()).getFileList()) {
      assertThat(names).containsAll(file.getDependencyList()).doesNotContain(file.getName());
      names.add(file.getName());
    }
    assertThat(names).contains("cloudstate/entity_key.proto", "google/api/annotations.proto");
  }

  @Test
  void everyMethodOfAnEntityHasAKey() {
    for (var service : ChatProto.getDescriptor().getServices()) {
      if (!service.getFullName().equals(Main.CHAT)) {
        assertThat(service.getMethods()).allSatisfy(DiscoveryTest::hasAKey);
      }
    }
  }

  private static void hasAKey(MethodDescriptor method) {
    assertThat(method.getInputType().getFields())
        .anyMatch(field -> field.getOptions().getExtension(EntityKey.entityKey));
  }
}
