package io.cloudstate.operator.apiserver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The programs of one version of Kubernetes, as {@code operator/kube-binaries} leaves them: in
 * {@code <dir>/k8s/<version>-<os>-<arch>}, where dir is {@code KUBE_API_TEST_DIR} or {@code
 * ~/.kubeapitest}. Nothing is downloaded.
 */
public record Binaries(Path directory, Path folder, String version) {

  private static final Pattern FOLDER =
      Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+-[a-z]+-[a-z0-9_]+");
  private static final List<String> NEEDED = List.of("etcd", "kube-apiserver", "kubectl");
  private static final String HOW = "run operator/kube-binaries, or set KUBE_API_TEST_DIR";

  /** The newest; skips the test that asks if there is none. */
  static Binaries needed() {
    var directory =
        Path.of(
            Objects.requireNonNullElse(
                System.getenv("KUBE_API_TEST_DIR"),
                Path.of(System.getProperty("user.home"), ".kubeapitest").toString()));
    var newest = newestIn(directory);
    assumeTrue(
        newest.isPresent(),
        "no k8s/<version>-<os>-<arch>/{%s} in %s (%s)"
            .formatted(String.join(",", NEEDED), directory, HOW));
    return newest.orElseThrow();
  }

  private static Optional<Binaries> newestIn(Path directory) {
    var wanted = System.getenv("KUBE_API_TEST_API_SERVER_VERSION");
    try (var folders = Files.list(directory.resolve("k8s"))) {
      return folders
          .filter(folder -> FOLDER.matcher(folder.getFileName().toString()).matches())
          .map(folder -> new Binaries(directory, folder, versionOf(folder)))
          .filter(binaries -> wanted == null || binaries.version.equals(wanted))
          .filter(binaries -> NEEDED.stream().allMatch(binaries::has))
          .max(Comparator.comparing(Binaries::numbers, Binaries::compare));
    } catch (IOException e) {
      return Optional.empty(); // there is no such directory
    }
  }

  private static String versionOf(Path folder) {
    var name = folder.getFileName().toString();
    return name.substring(0, name.indexOf('-'));
  }

  private List<Integer> numbers() {
    return Pattern.compile("\\.").splitAsStream(version).map(Integer::valueOf).toList();
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    for (var i = 0; i < one.size(); i++) {
      if (!one.get(i).equals(other.get(i))) {
        return one.get(i).compareTo(other.get(i));
      }
    }
    return 0;
  }

  private boolean has(String program) {
    return Files.isExecutable(folder.resolve(program));
  }

  /** Its path; skips the test that asks if there is none. */
  Path program(String name) {
    assumeTrue(has(name), "no %s in %s (%s)".formatted(name, folder, HOW));
    return folder.resolve(name);
  }
}
