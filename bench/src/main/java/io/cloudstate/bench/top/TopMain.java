package io.cloudstate.bench.top;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Prints where the processor time of a recording went: frames on top of stacks, frames anywhere in
 * them, and threads. Native code and the kernel are in the threads' load alone.
 */
public final class TopMain {

  private static final int DEFAULT_FRAMES = 30;

  private final Map<String, Double> leaves = new HashMap<>();
  private final Map<String, Double> anywhere = new HashMap<>();
  private final Map<String, Double> threads = new HashMap<>();
  private final Map<String, Double> loads = new HashMap<>();
  private final Map<String, Double> allocations = new HashMap<>();

  private TopMain() {}

  public static void main(String[] arguments) throws IOException {
    var frames = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEFAULT_FRAMES;
    var top = new TopMain();
    try (var file = new RecordingFile(Path.of(arguments[0]))) {
      while (file.hasMoreEvents()) {
        top.add(file.readEvent());
      }
    }
    print("leaf frames, samples", top.leaves, frames);
    print("frames anywhere on the stack, samples", top.anywhere, frames, sum(top.threads));
    print("threads, samples", top.threads, frames);
    print("threads, processor time with native code and the kernel", top.loads, frames);
    print("allocating frames, bytes", top.allocations, frames);
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> addSample(event);
      case "jdk.ThreadCPULoad" -> {
        var thread = event.getThread();
        var name = thread == null ? "?" : thread.getJavaName();
        count(loads, name == null ? "?" : name, event.getFloat("user") + event.getFloat("system"));
      }
      case "jdk.ObjectAllocationSample" -> {
        var stack = event.getStackTrace();
        if (stack != null && !stack.getFrames().isEmpty()) {
          var allocated = event.getClass("objectClass").getName();
          count(
              allocations,
              name(stack.getFrames().get(0)) + " " + allocated,
              (double) event.getLong("weight"));
        }
      }
      default -> {}
    }
  }

  private void addSample(RecordedEvent event) {
    var thread = event.getThread("sampledThread");
    count(threads, thread == null ? "?" : String.valueOf(thread.getJavaName()), 1);
    var stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      return;
    }
    count(leaves, name(stack.getFrames().get(0)), 1);
    var names = new HashSet<String>();
    stack.getFrames().forEach(frame -> names.add(name(frame)));
    names.forEach(name -> count(anywhere, name, 1));
  }

  private static String name(RecordedFrame frame) {
    var method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }

  private static void count(Map<String, Double> counts, String name, double weight) {
    counts.merge(name, weight, Double::sum);
  }

  private static void print(String title, Map<String, Double> counts, int number) {
    print(title, counts, number, sum(counts));
  }

  private static double sum(Map<String, Double> counts) {
    return counts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static void print(String title, Map<String, Double> counts, int number, double all) {
    System.out.println(title + ":");
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(number)
        .forEach(
            entry ->
                System.out.println(
                    String.format(
                        Locale.ROOT,
                        "  %5.1f%%  %12.1f  %s",
                        100 * entry.getValue() / all,
                        entry.getValue(),
                        entry.getKey())));
  }
}
