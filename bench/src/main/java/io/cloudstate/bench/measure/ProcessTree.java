package io.cloudstate.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A process with all its descendants. */
public final class ProcessTree {

  private static final Path PROC = Path.of("/proc");
  private static final boolean HAS_PROC = Files.isReadable(PROC.resolve("self/stat"));
  private static final long TICKS_PER_SECOND = HAS_PROC ? ticksPerSecond() : 0;

  private final long pid;

  public ProcessTree(long pid) {
    this.pid = pid;
  }

  public long pid() {
    return pid;
  }

  /** Microseconds of processor time so far, those of descendants that have ended included. */
  public long cpuMicros() {
    return HAS_PROC ? cpuMicrosFromProc() : cpuMicrosFromHandles();
  }

  /** Resident memory of all of them, or nothing if the system does not tell. */
  public OptionalLong residentBytes() {
    var sum = 0L;
    for (var process : handles()) {
      var bytes = residentBytes(process.pid());
      if (bytes.isEmpty() && process.pid() == pid) {
        return OptionalLong.empty();
      }
      sum += bytes.orElse(0);
    }
    return OptionalLong.of(sum);
  }

  /** The process itself and its descendants, the process first. */
  List<ProcessHandle> handles() {
    var all = new ArrayList<ProcessHandle>();
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              all.add(process);
              process.descendants().forEach(all::add);
            });
    return all;
  }

  /** The one of them that runs {@code java}: with a command of others it may sit in a shell. */
  Optional<Long> javaPid() {
    return handles().stream()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .map(ProcessHandle::pid)
        .findFirst();
  }

  private long cpuMicrosFromProc() {
    var ticks = ticksOfTree(pid, readAll());
    return ticks * TimeUnit.SECONDS.toMicros(1) / TICKS_PER_SECOND;
  }

  static long ticksOfTree(long root, Collection<ProcStat> all) {
    Map<Long, List<ProcStat>> byParent = new HashMap<>();
    var ticks = 0L;
    for (var stat : all) {
      byParent.computeIfAbsent(stat.parentPid(), parent -> new ArrayList<>()).add(stat);
      ticks += stat.pid() == root ? stat.ticks() : 0;
    }
    Set<Long> visited = new HashSet<>();
    var open = new ArrayList<>(List.of(root));
    while (!open.isEmpty()) {
      var parent = open.remove(open.size() - 1);
      if (visited.add(parent)) {
        for (var child : byParent.getOrDefault(parent, List.of())) {
          ticks += child.ticks();
          open.add(child.pid());
        }
      }
    }
    return ticks;
  }

  private static List<ProcStat> readAll() {
    var all = new ArrayList<ProcStat>();
    try (var directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var directory : directories) {
        try {
          all.add(ProcStat.parse(read(directory.resolve("stat"))));
        } catch (IOException e) {
          // has ended since
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot list " + PROC, e);
    }
    return all;
  }

  private long cpuMicrosFromHandles() {
    return handles().stream()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .mapToLong(time -> TimeUnit.NANOSECONDS.toMicros(time.toNanos()))
        .sum();
  }

  private static OptionalLong residentBytes(long pid) {
    try {
      if (HAS_PROC) {
        return residentBytesOf(read(PROC.resolve(Long.toString(pid)).resolve("status")));
      }
      var kibibytes = Tool.output(List.of("ps", "-o", "rss=", "-p", Long.toString(pid))).trim();
      return OptionalLong.of(Long.parseLong(kibibytes) * 1024);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The line {@code VmRSS} of {@code /proc/PID/status}; kernel threads and zombies have none. */
  static OptionalLong residentBytesOf(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst();
  }

  /** Files in /proc have no size, and names in them any bytes. */
  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static long ticksPerSecond() {
    try {
      return Long.parseLong(Tool.output(List.of("getconf", "CLK_TCK")).trim());
    } catch (IOException | NumberFormatException e) {
      return 100; // what Linux tells programs on every platform Java runs on
    }
  }
}
