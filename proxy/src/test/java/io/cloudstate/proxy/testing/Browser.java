package io.cloudstate.proxy.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A headless Chromium with an empty profile, and the packages its pages are made of. */
public final class Browser implements AutoCloseable {

  private static final Path PAGES = Path.of("src", "test", "web");
  private static final Path PACKAGES = Path.of("target", "web");
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--remote-debugging-port=0"); // keeps it running after the page has loaded

  private final Process process;

  private Browser(Process process) {
    this.process = process;
  }

  /**
   * Opens a page. What the browser writes goes to {@code browser.log}.
   *
   * @param directory for its profile and log, empty
   * @throws TestAbortedException if there is no Chromium here
   */
  public static Browser open(String url, Path directory) throws IOException {
    var command = new ArrayList<String>();
    command.add(chromium().orElseThrow(Browser::noChromium).toString());
    command.addAll(FLAGS);
    command.add("--user-data-dir=" + directory.resolve("profile"));
    command.add(url);
    var builder = new ProcessBuilder(command);
    builder.environment().put("TMPDIR", directory.toString());
    return new Browser(
        builder
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("browser.log").toFile())
            .start());
  }

  /**
   * The {@code node_modules} of the pages, installed as their lock file says.
   *
   * @throws TestAbortedException if there is no browser or npm here, or npm cannot install
   */
  public static Path packages() throws IOException, InterruptedException {
    if (chromium().isEmpty()) {
      throw noChromium();
    }
    var npm =
        onPath("npm")
            .orElseThrow(() -> new TestAbortedException("no npm on the PATH: install Node.js"));
    Files.createDirectories(PACKAGES);
    for (var name : List.of("package.json", "package-lock.json", ".npmrc")) {
      Files.write(PACKAGES.resolve(name), Files.readAllBytes(PAGES.resolve(name)));
    }
    var log = PACKAGES.resolve("npm.log");
    var install =
        new ProcessBuilder(npm.toString(), "ci")
            .directory(PACKAGES.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!install.waitFor(3, TimeUnit.MINUTES) || install.exitValue() != 0) {
      install.destroyForcibly();
      throw new TestAbortedException("npm ci does not succeed:\n" + Files.readString(log));
    }
    return PACKAGES.resolve("node_modules");
  }

  /** The files of the pages. */
  public static Path pages() {
    return PAGES;
  }

  /** Returns when it has ended and writes to its profile no more. */
  @Override
  public void close() {
    var children = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(child -> child.onExit().join());
  }

  private static TestAbortedException noChromium() {
    return new TestAbortedException(
        "no Chromium here: install it (Debian's package is chromium), or say where it is in"
            + " CHROMIUM");
  }

  private static Optional<Path> chromium() {
    return Optional.ofNullable(System.getenv("CHROMIUM"))
        .map(Path::of)
        .or(() -> onPath("chromium"))
        .or(() -> onPath("chromium-browser"))
        .or(() -> onPath("google-chrome"));
  }

  private static Optional<Path> onPath(String program) {
    var path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
