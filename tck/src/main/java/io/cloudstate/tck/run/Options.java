package io.cloudstate.tck.run;

import io.cloudstate.tck.rule.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param suite {@code proxy}, {@code model} or {@code intercept}
 * @param proxy that is tested; not for the model suite
 * @param function that is tested; not for the proxy suite
 * @param listen where the kit listens for the proxy
 * @param relayTimeout of the proxy that is tested; null if not told
 * @param maxRequestBytes that the proxy takes from clients; null if not told
 * @param maxReplyBytes that the proxy takes from functions; null if not told
 * @param reports directory for JUnit's XML and the HTML page; null for none
 */
public record Options(
    String suite,
    Target proxy,
    Target function,
    int listen,
    Selection selection,
    @Nullable Path knownFailures,
    @Nullable Path reports,
    Duration startTimeout,
    Patience patience,
    @Nullable Duration relayTimeout,
    @Nullable Integer maxRequestBytes,
    @Nullable Integer maxReplyBytes,
    boolean isListing) {

  /** The port when no function is given. */
  static final int REFERENCE = 0;

  /**
   * A program that is tested.
   *
   * @param command starts it; null if it runs already
   * @param log what the command writes
   */
  public record Target(String host, int port, @Nullable String command, Path log) {}

  static final String PROXY = "proxy";
  static final String MODEL = "model";
  static final String INTERCEPT = "intercept";

  private static final List<String> SUITES = List.of(PROXY, MODEL, INTERCEPT);

  /** What the kit itself takes. */
  private static final int MAX_MESSAGE_BYTES = 32 << 20;

  /** What is wrong with a command line, for who wrote it. */
  public static final class Mistake extends Exception {
    private static final long serialVersionUID = 1;

    Mistake(String message) {
      super(message);
    }
  }

  static final String USAGE =
      """
      usage: tck/run proxy [option...]   tests a proxy: the kit plays its client and its function
             tck/run model [option...]   tests a function: the kit plays the proxy
             tck/run intercept [option...]   tests both together: the kit plays the proxy's client,
                               stands between the two, and checks what each says to the other

        --target HOST:PORT     where it serves          proxy 127.0.0.1:9000, model 127.0.0.1:8080;
                               model with neither this nor --command: on the reference function
        --listen PORT          where the kit plays the function, or passes on to it          8090
        --command "..."        starts it, by sh -c; it is stopped at the end. A proxy is told
                               HTTP_PORT, USER_FUNCTION_HOST and USER_FUNCTION_PORT, a function
                               PORT. Without, it has to run: a proxy may look for its function
                               until the kit listens
        --function HOST:PORT   of intercept, whose --target is the proxy: where the function
                               serves, 127.0.0.1:8080; with neither this nor --function-command:
                               the reference function
        --proxy-command "...", --function-command "..."   of intercept, instead of --command
        --only NAME,...        only these rules or groups; original, extra: all such groups
        --except NAME,...      all but these
        --known-failures FILE  ids of rules, one on a line, that may fail; one that holds is an
                               error, so that the file stays true
        --reports DIR          writes report.html and junit.xml there
        --timeout SECONDS      for what has to come                                             5
        --start-timeout SECONDS  until it has to serve                                         60
        --relay-timeout SECONDS  after which the proxy gives up on a command; without,
                               the rule about it is skipped
        --max-request BYTES    the largest message that the proxy takes from clients, and
        --max-reply BYTES      from functions; without, the rules about them are skipped
        --log FILE             what the command writes                              ./tck-target.log
        --function-log FILE    what the function's command of intercept writes    ./tck-function.log
        --list                 shows groups and rules, and plays none
        --help                 this text

      Exit code 0 if all chosen rules hold, 1 if not, 2 if they could not be played.
      """;

  boolean isOnReference() {
    return !suite.equals(PROXY) && function.port() == REFERENCE;
  }

  /** The same with the function at another port. */
  Options withFunctionAt(int port) {
    return new Options(
        suite,
        proxy,
        new Target(function.host(), port, function.command(), function.log()),
        listen,
        selection,
        knownFailures,
        reports,
        startTimeout,
        patience,
        relayTimeout,
        maxRequestBytes,
        maxReplyBytes,
        isListing);
  }

  /** Reads the command line. */
  public static Options parse(List<String> arguments) throws Mistake {
    if (arguments.isEmpty() || !SUITES.contains(arguments.get(0))) {
      throw new Mistake(
          "which suite: " + arguments + " (expected: proxy, model or intercept first)");
    }
    return new Reader(arguments).read();
  }

  private static final class Reader {

    private final List<String> arguments;
    private final String suite;
    private @Nullable String target;
    private @Nullable String function;
    private int listen = 8090;
    private @Nullable String command;
    private @Nullable String functionCommand;
    private final List<String> only = new ArrayList<>();
    private final List<String> except = new ArrayList<>();
    private @Nullable Path knownFailures;
    private @Nullable Path reports;
    private Path log = Path.of("tck-target.log");
    private Path functionLog = Path.of("tck-function.log");
    private Duration startTimeout = Duration.ofSeconds(60);
    private Patience patience = Patience.DEFAULT;
    private @Nullable Duration relayTimeout;
    private @Nullable Integer maxRequestBytes;
    private @Nullable Integer maxReplyBytes;
    private boolean isListing;
    private int at = 1;

    Reader(List<String> arguments) {
      this.arguments = arguments;
      this.suite = arguments.get(0);
    }

    Options read() throws Mistake {
      while (at < arguments.size()) {
        option(arguments.get(at++));
      }
      return new Options(
          suite,
          proxy(),
          function(),
          listen,
          new Selection(only, except),
          knownFailures,
          reports,
          startTimeout,
          patience,
          relayTimeout,
          maxRequestBytes,
          maxReplyBytes,
          isListing);
    }

    private Target proxy() throws Mistake {
      return suite.equals(MODEL)
          ? target("--target", null, 9000, null, log)
          : target("--target", target, 9000, command, log);
    }

    private Target function() throws Mistake {
      return suite.equals(INTERCEPT)
          ? target(
              "--function", function, port(function, functionCommand), functionCommand, functionLog)
          : target("--target", target, port(target, command), command, log);
    }

    private static int port(@Nullable String address, @Nullable String command) {
      return address == null && command == null ? REFERENCE : 8080;
    }

    private static Target target(
        String option, @Nullable String address, int port, @Nullable String command, Path log)
        throws Mistake {
      if (address == null) {
        return new Target("127.0.0.1", port, command, log);
      }
      var colon = address.lastIndexOf(':');
      if (colon < 1) {
        throw new Mistake(option + ": " + address + " (expected: HOST:PORT)");
      }
      var told = number(option, address.substring(colon + 1), 65535);
      return new Target(address.substring(0, colon), told, command, log);
    }

    private void option(String name) throws Mistake {
      switch (name) {
        case "--target" -> target = value(name);
        case "--listen" -> listen = number(name, value(name), 65535);
        case "--command" -> command = valueOfOne(name);
        case "--proxy-command" -> command = valueOfIntercept(name);
        case "--function" -> function = valueOfIntercept(name);
        case "--function-command" -> functionCommand = valueOfIntercept(name);
        case "--function-log" -> functionLog = Path.of(valueOfIntercept(name));
        case "--only" -> only.addAll(List.of(value(name).split(",")));
        case "--except" -> except.addAll(List.of(value(name).split(",")));
        case "--known-failures" -> knownFailures = Path.of(value(name));
        case "--reports" -> reports = Path.of(value(name));
        case "--log" -> log = Path.of(value(name));
        case "--timeout" -> patience = patience.withExpected(seconds(name));
        case "--start-timeout" -> startTimeout = seconds(name);
        case "--relay-timeout" -> relayTimeout = seconds(name);
        case "--max-request" -> maxRequestBytes = bytes(name);
        case "--max-reply" -> maxReplyBytes = bytes(name);
        case "--list" -> isListing = true;
        default -> throw new Mistake(name + " is no option (see --help)");
      }
    }

    private String valueOfOne(String name) throws Mistake {
      if (suite.equals(INTERCEPT)) {
        throw new Mistake(name + " of which (expected: --proxy-command or --function-command)");
      }
      return value(name);
    }

    private String valueOfIntercept(String name) throws Mistake {
      if (!suite.equals(INTERCEPT)) {
        throw new Mistake(name + " is an option of intercept alone (see --help)");
      }
      return value(name);
    }

    private String value(String name) throws Mistake {
      if (at == arguments.size()) {
        throw new Mistake(name + " has no value");
      }
      return arguments.get(at++);
    }

    private Duration seconds(String name) throws Mistake {
      return Duration.ofSeconds(number(name, value(name), 3600));
    }

    private int bytes(String name) throws Mistake {
      return number(name, value(name), MAX_MESSAGE_BYTES);
    }

    private static int number(String name, String text, int max) throws Mistake {
      try {
        var number = Integer.parseInt(text);
        if (number >= 1 && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // told below, as for one that is out of range
      }
      throw new Mistake(name + ": " + text + " (expected: 1 to " + max + ")");
    }
  }
}
