package io.cloudstate.tck.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rules that are known not to hold. They are played all the same, and one that holds makes the run
 * fail, so that the file says the truth. A file has one id on a line; what stands behind {@code #}
 * is for readers.
 */
public record KnownFailures(Set<String> ids) {

  public static final KnownFailures NONE = new KnownFailures(Set.of());

  public KnownFailures {
    ids = Set.copyOf(ids);
  }

  public static KnownFailures read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  static KnownFailures parse(List<String> lines) {
    var ids = new LinkedHashSet<String>();
    for (var line : lines) {
      var id = line.replaceFirst("#.*", "").strip();
      if (!id.isEmpty()) {
        ids.add(id);
      }
    }
    return new KnownFailures(ids);
  }

  /** Those that are the id of no rule: the file is out of date or has a slip of the pen. */
  List<String> unknownAmong(Set<String> rules) {
    return ids.stream().filter(id -> !rules.contains(id)).sorted().toList();
  }
}
