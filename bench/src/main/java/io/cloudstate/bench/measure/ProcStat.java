package io.cloudstate.bench.measure;

/**
 * What is needed of {@code /proc/PID/stat}.
 *
 * @param ticks processor time of the process and of its children that have ended and were waited
 *     for, in user and kernel mode
 */
record ProcStat(long pid, long parentPid, long ticks) {

  private static final int PARENT = 1;
  private static final int USER = 11;
  private static final int CHILDREN_KERNEL = 14;

  /** Parses the file; the process's name in it may contain anything, blanks and brackets too. */
  static ProcStat parse(String text) {
    var afterName = text.lastIndexOf(')');
    var nameStart = text.indexOf('(');
    var fields = afterName < 0 ? new String[0] : text.substring(afterName + 1).trim().split("\\s+");
    if (nameStart < 0 || fields.length <= CHILDREN_KERNEL) {
      throw new IllegalArgumentException("not a /proc/PID/stat: " + text);
    }
    var ticks = 0L;
    for (var i = USER; i <= CHILDREN_KERNEL; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    var pid = Long.parseLong(text.substring(0, nameStart).trim());
    return new ProcStat(pid, Long.parseLong(fields[PARENT]), ticks);
  }
}
