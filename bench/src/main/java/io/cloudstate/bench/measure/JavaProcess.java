package io.cloudstate.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Asks a JVM in a process tree with {@code jcmd}. Without a JVM in it there are no answers. */
public final class JavaProcess {

  private final ProcessTree tree;

  public JavaProcess(ProcessTree tree) {
    this.tree = tree;
  }

  /** Bytes of all objects that are reachable, found by a full collection. */
  public OptionalLong liveHeapBytes() {
    try {
      return totalOf(jcmd("GC.class_histogram"));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Starts to record what it does; {@link #stopRecording} writes the file. */
  public void startRecording() throws IOException {
    var ignored = jcmd("JFR.start", "name=bench", "settings=profile");
  }

  public void stopRecording(Path file) throws IOException {
    var ignored = jcmd("JFR.stop", "name=bench", "filename=" + file);
  }

  /** The last line, such as {@code Total 123456 7890123}. */
  static OptionalLong totalOf(String histogram) {
    return histogram
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(words -> words.length == 3 && words[0].equals("Total"))
        .mapToLong(words -> Long.parseLong(words[2]))
        .findFirst();
  }

  private String jcmd(String... arguments) throws IOException {
    var pid = tree.javaPid().orElseThrow(() -> new IOException("no JVM in " + tree.pid()));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(pid));
    command.addAll(List.of(arguments));
    return Tool.output(command);
  }
}
