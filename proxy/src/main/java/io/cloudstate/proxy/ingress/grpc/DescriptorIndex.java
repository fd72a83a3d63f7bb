package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the file that defines something, among given files and all they import. Thread-safe. */
final class DescriptorIndex {

  private final Map<String, FileDescriptor> byName = new HashMap<>();
  private final Map<String, FileDescriptor> bySymbol = new HashMap<>();
  private final Map<String, SortedMap<Integer, FileDescriptor>> byExtendedType = new HashMap<>();
  private final Map<FileDescriptor, ByteString> serialized = new ConcurrentHashMap<>();
  private final Map<FileDescriptor, List<ByteString>> withImports = new ConcurrentHashMap<>();

  /** Of files or symbols with the same name the first wins. */
  DescriptorIndex(Collection<FileDescriptor> files) {
    files.forEach(this::add);
  }

  @Nullable FileDescriptor file(String name) {
    return byName.get(name);
  }

  /** The file of a message, enum, field, enum value, service, method or extension, by full name. */
  @Nullable FileDescriptor fileOfSymbol(String fullName) {
    return bySymbol.get(fullName);
  }

  @Nullable FileDescriptor fileOfExtension(String extendedType, int number) {
    var extensions = byExtendedType.get(extendedType);
    return extensions == null ? null : extensions.get(number);
  }

  /** Numbers in ascending order; empty if the type has no extensions or does not exist. */
  List<Integer> extensionNumbers(String extendedType) {
    var extensions = byExtendedType.get(extendedType);
    return extensions == null ? List.of() : List.copyOf(extensions.keySet());
  }

  /** The file's proto, serialized once; for a file found here. */
  ByteString serialized(FileDescriptor file) {
    return serialized.computeIfAbsent(file, each -> each.toProto().toByteString());
  }

  /** The file and all it imports, directly or not, serialized; the file first, each once. */
  List<ByteString> withImports(FileDescriptor file) {
    return withImports.computeIfAbsent(file, this::serializedWithImports);
  }

  private List<ByteString> serializedWithImports(FileDescriptor file) {
    var files = new LinkedHashMap<String, FileDescriptor>();
    collect(file, files);
    return files.values().stream().map(this::serialized).toList();
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> into) {
    if (into.putIfAbsent(file.getName(), file) == null) {
      file.getDependencies().forEach(dependency -> collect(dependency, into));
    }
  }

  private void add(FileDescriptor file) {
    if (byName.putIfAbsent(file.getName(), file) != null) {
      return;
    }
    file.getMessageTypes().forEach(this::add);
    file.getEnumTypes().forEach(this::add);
    file.getExtensions().forEach(this::addExtension);
    for (var service : file.getServices()) {
      addSymbol(service);
      service.getMethods().forEach(this::addSymbol);
    }
    file.getDependencies().forEach(this::add);
  }

  private void add(Descriptor message) {
    addSymbol(message);
    message.getFields().forEach(this::addSymbol);
    message.getOneofs().forEach(this::addSymbol);
    message.getExtensions().forEach(this::addExtension);
    message.getNestedTypes().forEach(this::add);
    message.getEnumTypes().forEach(this::add);
  }

  private void add(EnumDescriptor type) {
    addSymbol(type);
    type.getValues().forEach(this::addSymbol);
  }

  private void addExtension(FieldDescriptor extension) {
    addSymbol(extension);
    byExtendedType
        .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
        .putIfAbsent(extension.getNumber(), extension.getFile());
  }

  private void addSymbol(GenericDescriptor symbol) {
    bySymbol.putIfAbsent(symbol.getFullName(), symbol.getFile());
  }
}
