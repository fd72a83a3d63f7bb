package io.cloudstate.proxy.discovery;

import static io.cloudstate.proxy.discovery.Specs.KEY;
import static io.cloudstate.proxy.discovery.Specs.LEGACY_KEY;
import static io.cloudstate.proxy.discovery.Specs.closure;
import static io.cloudstate.proxy.discovery.Specs.entity;
import static io.cloudstate.proxy.discovery.Specs.field;
import static io.cloudstate.proxy.discovery.Specs.file;
import static io.cloudstate.proxy.discovery.Specs.key;
import static io.cloudstate.proxy.discovery.Specs.marked;
import static io.cloudstate.proxy.discovery.Specs.message;
import static io.cloudstate.proxy.discovery.Specs.rpc;
import static io.cloudstate.proxy.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.Shoppingcart;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.cloudstate.proxy.discovery.eventing.EventingSupport;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyFieldsTest {

  private final SpecReader reader =
      new SpecReader(EnumSet.allOf(EntityType.class), new EventingSupport(true, false), true);

  @Test
  void theShoppingCartIsKeyedByUser() {
    var files = closure(Shoppingcart.getDescriptor());
    var service = "com.example.shoppingcart.ShoppingCart";
    for (var method : List.of("AddItem", "RemoveItem", "GetCart")) {
      assertThat(keys(files, service, method)).containsExactly("user_id");
    }
  }

  @Test
  void bothNumbersOfTheOptionMark() {
    var message =
        message(
            "Request",
            field("a"),
            marked(field("b"), LEGACY_KEY, 1),
            key("c"),
            marked(field("d"), 1081, 1),
            marked(field("e"), KEY, 0));
    assertThat(keys(message)).containsExactly("b", "c");
  }

  @Test
  void theLastValueOfTheOptionCounts() {
    var message =
        message(
            "Request", marked(field("off"), KEY, 1, 0), marked(field("on"), KEY, 0, 1), key("id"));
    assertThat(keys(message)).containsExactly("on", "id");
  }

  @Test
  void keysComeInOrderOfPositionNotOfNumber() {
    var message = message("Request", key("first"), key("second")).toBuilder();
    message.getFieldBuilder(0).setNumber(9);
    assertThat(keys(message.build())).containsExactly("first", "second");
  }

  @ParameterizedTest
  @EnumSource(
      value = EntityType.class,
      names = {"EVENT_SOURCED", "VALUE", "CRDT"})
  void aRepeatedFieldCannotBeAKey(EntityType type) {
    var ids = key("ids").toBuilder().setLabel(Label.LABEL_REPEATED).build();
    assertThat(mistakes(type, message("Request", ids)))
        .containsExactly(unusable("ids", "repeated string"));
  }

  @Test
  void aMessageCannotBeAKey() {
    var nested = ofType(key("nested"), FieldDescriptorProto.Type.TYPE_MESSAGE, ".test.Request");
    assertThat(mistakes(EntityType.VALUE, message("Request", nested)))
        .containsExactly(unusable("nested", "test.Request"));
  }

  @Test
  void aGroupCannotBeAKey() {
    // Given
    var group = ofType(key("group"), FieldDescriptorProto.Type.TYPE_GROUP, ".test.Request");
    var proto2 =
        file("f", message("Request", group), rpc("Get", "Request")).toBuilder().clearSyntax();
    // When, Then
    assertThat(mistakes(EntityType.VALUE, proto2.build()))
        .containsExactly(unusable("group", "group"));
  }

  @Test
  void aMapCannotBeAKey() {
    // Given
    var entry =
        message("MapEntry", field("key"), field("value")).toBuilder()
            .setOptions(MessageOptions.newBuilder().setMapEntry(true));
    var map =
        ofType(key("map"), FieldDescriptorProto.Type.TYPE_MESSAGE, ".test.Request.MapEntry")
            .toBuilder()
            .setLabel(Label.LABEL_REPEATED)
            .build();
    // When, Then
    assertThat(
            mistakes(
                EntityType.VALUE, message("Request", map).toBuilder().addNestedType(entry).build()))
        .containsExactly(unusable("map", "map"));
  }

  @Test
  void anActionsParametersMayMarkAnything() {
    // Given
    var message = message("Request", key("ids").toBuilder().setLabel(Label.LABEL_REPEATED).build());
    var spec =
        spec(
            List.of(file("f", message, rpc("Get", "Request"))),
            entity(EntityType.ACTION, "test.Things", ""));
    // When
    var result = reader.read(spec);
    // Then
    assertThat(method(result, "test.Things", "Get").keyFields()).isEmpty();
  }

  private static String unusable(String field, String type) {
    return ("Service [test.Things] has a method [Get] whose parameter marks the field [%s] of type [%s]"
            + " as entity_key (expected: a singular scalar or enum field)")
        .formatted(field, type);
  }

  private static FieldDescriptorProto ofType(
      FieldDescriptorProto field, FieldDescriptorProto.Type type, String typeName) {
    return field.toBuilder().setType(type).setTypeName(typeName).build();
  }

  private List<String> mistakes(EntityType type, DescriptorProto message) {
    return mistakes(type, file("f", message, rpc("Get", "Request")));
  }

  private List<String> mistakes(EntityType type, FileDescriptorProto file) {
    var result = reader.read(spec(List.of(file), entity(type, "test.Things", "things")));
    assertThat(result).isInstanceOf(SpecResult.Invalid.class);
    return ((SpecResult.Invalid) result).mistakes();
  }

  private List<String> keys(DescriptorProto message) {
    return keys(List.of(file("f", message, rpc("Get", "Request"))), "test.Things", "Get");
  }

  private List<String> keys(List<FileDescriptorProto> files, String service, String method) {
    var result = reader.read(spec(files, entity(EntityType.EVENT_SOURCED, service, "things")));
    return method(result, service, method).keyFields().stream()
        .map(FieldDescriptor::getName)
        .toList();
  }

  private static MethodDefinition method(SpecResult result, String service, String method) {
    assertThat(result).isInstanceOf(SpecResult.Valid.class);
    return Optional.ofNullable(((SpecResult.Valid) result).catalog().service(service))
        .flatMap(definition -> Optional.ofNullable(definition.methods().get(method)))
        .orElseThrow();
  }
}
