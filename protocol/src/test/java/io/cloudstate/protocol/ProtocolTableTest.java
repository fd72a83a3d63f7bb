package io.cloudstate.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.FileOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The compiled protos against the checked-in table, so that no name or number slips. */
class ProtocolTableTest {

  private static Map<String, FileDescriptorProto> files = Map.of();
  private static List<String> table = List.of();

  @BeforeAll
  static void load() throws IOException {
    try (var in = ProtocolTableTest.class.getResourceAsStream("/protocol.protobin")) {
      files =
          FileDescriptorSet.parseFrom(in).getFileList().stream()
              .filter(file -> !file.getName().startsWith("google/protobuf/"))
              .collect(toMap(FileDescriptorProto::getName, file -> file));
    }
    try (var in = ProtocolTableTest.class.getResourceAsStream("/protocol-table.txt")) {
      table = new String(in.readAllBytes(), UTF_8).lines().filter(l -> !l.startsWith("#")).toList();
    }
  }

  @Test
  void everyNameNumberAndTypeIsThatOfTheTable() {
    // Given
    var order = table.stream().filter(l -> l.startsWith("file ")).map(l -> l.split(" ")[1]);
    // When
    var compiled = new ArrayList<String>();
    order.forEach(name -> describe(files.get(name), compiled));
    // Then
    assertThat(String.join("\n", compiled)).isEqualTo(String.join("\n", table));
  }

  @Test
  void everyCompiledFileIsInTheTable() {
    assertThat(table.stream().filter(l -> l.startsWith("file ")).map(l -> l.split(" ")[1]))
        .containsExactlyInAnyOrderElementsOf(files.keySet());
  }

  private static void describe(FileDescriptorProto file, List<String> lines) {
    assertThat(file.getSyntax()).isEqualTo("proto3");
    lines.add("file " + file.getName() + " package " + file.getPackage());
    describe(file.getOptions(), lines);
    file.getDependencyList().forEach(path -> lines.add("  import " + path));
    for (var extension : file.getExtensionList()) {
      lines.add(
          "  extend %s: %s %s = %d"
              .formatted(
                  extension.getExtendee().substring(1),
                  typeOf(extension),
                  extension.getName(),
                  extension.getNumber()));
    }
    file.getServiceList().forEach(service -> describe(file, service, lines));
    file.getMessageTypeList().forEach(message -> describe(file, message, lines));
    file.getEnumTypeList().forEach(values -> describe(file, values, lines));
  }

  private static void describe(FileOptions options, List<String> lines) {
    option(lines, options.hasJavaPackage(), "java_package", options.getJavaPackage());
    option(
        lines,
        options.hasJavaMultipleFiles(),
        "java_multiple_files",
        options.getJavaMultipleFiles());
    option(
        lines,
        options.hasJavaOuterClassname(),
        "java_outer_classname",
        options.getJavaOuterClassname());
    option(lines, options.hasGoPackage(), "go_package", options.getGoPackage());
    option(lines, options.hasCcEnableArenas(), "cc_enable_arenas", options.getCcEnableArenas());
    option(lines, options.hasCsharpNamespace(), "csharp_namespace", options.getCsharpNamespace());
    option(lines, options.hasObjcClassPrefix(), "objc_class_prefix", options.getObjcClassPrefix());
  }

  private static void option(List<String> lines, boolean present, String name, Object value) {
    if (present) {
      lines.add("  option " + name + " = " + value);
    }
  }

  private static void describe(
      FileDescriptorProto file, ServiceDescriptorProto service, List<String> lines) {
    lines.add("  service " + file.getPackage() + "." + service.getName());
    for (MethodDescriptorProto rpc : service.getMethodList()) {
      lines.add(
          "    rpc %s: %s%s -> %s%s%s"
              .formatted(
                  rpc.getName(),
                  rpc.getClientStreaming() ? "stream " : "",
                  rpc.getInputType().substring(1),
                  rpc.getServerStreaming() ? "stream " : "",
                  rpc.getOutputType().substring(1),
                  rpc.hasOptions() ? " [options]" : ""));
    }
  }

  private static void describe(
      FileDescriptorProto file, DescriptorProto message, List<String> lines) {
    assertThat(message.getNestedTypeCount()).as(message.getName()).isZero();
    lines.add("  message " + file.getPackage() + "." + message.getName());
    message.getFieldList().stream()
        .sorted(Comparator.comparingInt(FieldDescriptorProto::getNumber))
        .forEach(
            field ->
                lines.add(
                    "    %d: %s%s %s%s%s"
                        .formatted(
                            field.getNumber(),
                            field.getLabel() == Label.LABEL_REPEATED ? "repeated " : "",
                            typeOf(field),
                            field.getName(),
                            field.hasOneofIndex()
                                ? " oneof " + message.getOneofDecl(field.getOneofIndex()).getName()
                                : "",
                            field.hasOptions() ? " [options]" : "")));
  }

  private static void describe(
      FileDescriptorProto file, EnumDescriptorProto values, List<String> lines) {
    lines.add("  enum " + file.getPackage() + "." + values.getName());
    values.getValueList().forEach(v -> lines.add("    " + v.getName() + " = " + v.getNumber()));
  }

  private static String typeOf(FieldDescriptorProto field) {
    return switch (field.getType()) {
      case TYPE_MESSAGE, TYPE_ENUM -> field.getTypeName().substring(1);
      default -> field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
    };
  }
}
