package io.cloudstate.proxy.testing;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Proto files of the package {@code test}, written down in Java. */
public final class TestProtos {

  private final FileDescriptorProto.Builder file;
  private final List<FileDescriptor> imports;

  private TestProtos(String name, List<FileDescriptor> imports) {
    this.file =
        FileDescriptorProto.newBuilder().setName(name).setPackage("test").setSyntax("proto3");
    this.imports = imports;
    imports.forEach(each -> file.addDependency(each.getName()));
  }

  public static TestProtos file(String name, FileDescriptor... imports) {
    return new TestProtos(name, List.of(imports));
  }

  /**
   * Adds a message.
   *
   * @param fields as in a proto file, but numbered in their order: {@code repeated int32 numbers};
   *     {@code optional} fields have presence
   */
  public TestProtos message(String name, String... fields) {
    var message = DescriptorProto.newBuilder().setName(name);
    for (var field : fields) {
      add(field.split(" ", -1), message);
    }
    file.addMessageType(message);
    return this;
  }

  private static void add(String[] words, DescriptorProto.Builder message) {
    var field =
        FieldDescriptorProto.newBuilder()
            .setName(words[words.length - 1])
            .setNumber(message.getFieldCount() + 1)
            .setLabel(words[0].equals("repeated") ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
    if (words[0].equals("optional")) {
      field.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount());
      message.addOneofDeclBuilder().setName("_" + field.getName());
    }
    setType(words[words.length - 2], field);
    message.addField(field);
  }

  /** A type with a capital is a message or enum, here or with a dot before elsewhere. */
  private static void setType(String type, FieldDescriptorProto.Builder field) {
    if (type.equals(type.toLowerCase(Locale.ROOT)) && !type.startsWith(".")) {
      field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
    } else {
      field.setTypeName(type.startsWith(".") ? type : ".test." + type);
    }
  }

  public TestProtos enumeration(String name, String... values) {
    var type = EnumDescriptorProto.newBuilder().setName(name);
    for (var value : values) {
      type.addValue(
          EnumValueDescriptorProto.newBuilder().setName(value).setNumber(type.getValueCount()));
    }
    file.addEnumType(type);
    return this;
  }

  /**
   * Adds a method to the service {@code test.Service}.
   *
   * @param input its type, after {@code "stream "} if there are several
   * @param rule of {@code google.api.http} in text format; empty: none
   */
  public TestProtos rpc(String name, String input, String output, String rule) {
    var method =
        MethodDescriptorProto.newBuilder()
            .setName(name)
            .setInputType(typeName(input))
            .setClientStreaming(input.startsWith("stream "))
            .setOutputType(typeName(output))
            .setServerStreaming(output.startsWith("stream "));
    if (!rule.isEmpty()) {
      method.setOptions(
          MethodOptions.newBuilder().setExtension(AnnotationsProto.http, httpRule(rule)));
    }
    if (file.getServiceCount() == 0) {
      file.addServiceBuilder().setName("Service");
    }
    file.getServiceBuilder(0).addMethod(method);
    return this;
  }

  private static String typeName(String type) {
    var name = type.replace("stream ", "");
    return name.startsWith(".") ? name : ".test." + name;
  }

  private static HttpRule httpRule(String text) {
    try {
      return TextFormat.parse(text, HttpRule.class);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(text, e);
    }
  }

  public FileDescriptor build() {
    try {
      return FileDescriptor.buildFrom(file.build(), imports.toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  /** What a function sends of the file and its imports. */
  public static FileDescriptorSet withImports(FileDescriptor file) {
    var files = FileDescriptorSet.newBuilder();
    file.getDependencies().forEach(each -> files.addAllFile(withImports(each).getFileList()));
    return files.addFile(file.toProto()).build();
  }

  /** What discovery makes of these files, their services being actions. */
  public static ServiceCatalog catalog(FileDescriptor... files) {
    var services =
        Stream.of(files)
            .flatMap(each -> each.getServices().stream())
            .map(
                service -> {
                  var methods = new HashMap<String, MethodDefinition>();
                  for (var method : service.getMethods()) {
                    methods.put(
                        method.getName(),
                        new MethodDefinition(
                            method,
                            Payload.TYPE_URL_PREFIX + method.getInputType().getFullName(),
                            Payload.TYPE_URL_PREFIX + method.getOutputType().getFullName(),
                            List.of()));
                  }
                  return new ServiceDefinition(
                      service.getFullName(), EntityType.ACTION, "", Optional.empty(), methods);
                })
            .toList();
    return new ServiceCatalog(services, List.of(files));
  }
}
