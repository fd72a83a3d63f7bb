package io.cloudstate.proxy.discovery;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the files of one descriptor set, each after its imports, in whatever order they come. They
 * form a pool of their own: imports are never resolved to the proxy's own descriptors, because a
 * user's file may share its name with one of those and not its content.
 */
final class DescriptorReader {

  private static final int MAX_IMPORT_DEPTH = 500;

  private final Map<String, FileDescriptorProto> protos = new LinkedHashMap<>();
  private final Map<String, Optional<FileDescriptor>> built = new HashMap<>(); // empty: impossible
  private final Deque<String> path = new ArrayDeque<>(); // from the file in hand outwards
  private final List<String> mistakes = new ArrayList<>();

  private DescriptorReader() {}

  /**
   * @param descriptorSet a serialized {@code FileDescriptorSet}
   */
  static UserFiles read(ByteString descriptorSet) {
    try {
      // Without an extension registry: options stay unknown fields, to be read by number.
      return new DescriptorReader().build(FileDescriptorSet.parseFrom(descriptorSet));
    } catch (InvalidProtocolBufferException e) {
      return new UserFiles(List.of(), List.of(Mistakes.unreadableDescriptors(reason(e))));
    }
  }

  private UserFiles build(FileDescriptorSet descriptorSet) {
    descriptorSet.getFileList().forEach(this::index);
    var files = new ArrayList<FileDescriptor>();
    for (var proto : protos.values()) {
      buildOnce(proto).ifPresent(files::add);
    }
    return new UserFiles(files, mistakes);
  }

  private void index(FileDescriptorProto proto) {
    var other = protos.putIfAbsent(proto.getName(), proto);
    if (other != null && !other.equals(proto)) {
      mistakes.add(Mistakes.conflictingFiles(proto.getName()));
    }
  }

  private Optional<FileDescriptor> buildOnce(FileDescriptorProto proto) {
    var known = built.get(proto.getName());
    if (known != null) {
      return known;
    }
    path.push(proto.getName());
    var file = build(proto);
    path.pop();
    built.put(proto.getName(), file);
    return file;
  }

  private Optional<FileDescriptor> build(FileDescriptorProto proto) {
    var imports = new ArrayList<FileDescriptor>();
    for (var dependency : proto.getDependencyList()) {
      dependency(dependency).ifPresent(imports::add);
    }
    if (imports.size() < proto.getDependencyCount()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          FileDescriptor.buildFrom(proto, imports.toArray(FileDescriptor[]::new), true));
    } catch (DescriptorValidationException e) {
      mistakes.add(Mistakes.invalidFile(proto.getName(), reason(e)));
      return Optional.empty();
    } catch (RuntimeException e) {
      // What the library forgets to validate, such as a field without a type, it trips over.
      mistakes.add(Mistakes.invalidFile(proto.getName(), e.toString()));
      return Optional.empty();
    }
  }

  private Optional<FileDescriptor> dependency(String name) {
    var proto = protos.get(name);
    if (proto == null) {
      mistakes.add(Mistakes.missingDependency(name, path));
    } else if (path.contains(name)) {
      mistakes.add(Mistakes.circularDependency(withPath(name)));
    } else if (path.size() >= MAX_IMPORT_DEPTH) {
      mistakes.add(Mistakes.importsTooDeep(name, MAX_IMPORT_DEPTH));
    } else {
      return buildOnce(proto);
    }
    return Optional.empty();
  }

  private List<String> withPath(String name) {
    var files = new ArrayList<String>();
    files.add(name);
    files.addAll(path);
    return files;
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
