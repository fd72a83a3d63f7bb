package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * The files of a descriptor set, as far as they could be built.
 *
 * @param files in the order of the set
 * @param mistakes why the others could not be built
 */
record UserFiles(List<FileDescriptor> files, List<String> mistakes) {

  UserFiles {
    files = List.copyOf(files);
    mistakes = List.copyOf(mistakes);
  }

  /** The first service of that name. */
  Optional<ServiceDescriptor> service(String fullName) {
    var lastDot = fullName.lastIndexOf('.');
    var protoPackage = lastDot < 0 ? "" : fullName.substring(0, lastDot);
    var simpleName = fullName.substring(lastDot + 1);
    return files.stream()
        .filter(file -> file.getPackage().equals(protoPackage))
        .flatMap(file -> Optional.ofNullable(file.findServiceByName(simpleName)).stream())
        .findFirst();
  }

  /** Whether a service that is not here may stand in a file that could not be built. */
  boolean areIncomplete() {
    return !mistakes.isEmpty();
  }
}
