package io.cloudstate.samples.kit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The main method of a client: options, one command, and an exit code. */
public final class ClientProgram {

  private static final String OPTIONS =
      """
        list                                     show the services the target serves
      The target is localhost:9000 unless given, the timeout 10 seconds.
      Exit code: 0 done, 1 the call failed, 2 not understood.""";

  /** What a client can do, beyond listing services. */
  @FunctionalInterface
  public interface Commands {
    /**
     * Does one, and returns what to print.
     *
     * @param command its name, a slash and the number of its arguments, such as {@code add/4}
     */
    String call(Channel channel, int timeoutSeconds, String command, List<String> arguments)
        throws NotUnderstood, InterruptedException;
  }

  /** Thrown when the command line makes no sense. */
  public static final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1;

    public NotUnderstood(String message) {
      super(message);
    }
  }

  /**
   * Ends the process when the command is done.
   *
   * @param usage a line for the program and one for each command
   */
  public static void run(String usage, String[] args, Commands commands)
      throws InterruptedException {
    // For one call neither is worth its start, nor the warnings of newer JDKs on the screen.
    System.setProperty("io.grpc.netty.shaded.io.netty.transport.noNative", "true");
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    System.exit(exitCode(usage + OPTIONS, List.of(args), commands));
  }

  public static int number(String text) throws NotUnderstood {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new NotUnderstood(text + " (expected: a number)");
    }
  }

  private static int exitCode(String usage, List<String> args, Commands commands)
      throws InterruptedException {
    var target = "localhost:9000";
    var timeoutSeconds = 10;
    try {
      while (args.size() >= 2 && args.get(0).startsWith("--")) {
        switch (args.get(0)) {
          case "--target" -> target = args.get(1);
          case "--timeout" -> timeoutSeconds = number(args.get(1));
          default -> throw new NotUnderstood("unknown option " + args.get(0));
        }
        args = args.subList(2, args.size());
      }
      System.out.println(call(target, timeoutSeconds, args, commands));
      return 0;
    } catch (NotUnderstood e) {
      System.err.println(e.getMessage());
      System.err.println(usage);
      return 2;
    } catch (StatusRuntimeException e) {
      System.err.println(describe(e.getStatus()));
      return 1;
    }
  }

  /** In one line; what the transport met is in the cause only. */
  private static String describe(Status status) {
    var description = status.getDescription() == null ? "" : ": " + status.getDescription();
    var cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
    return (status.getCode() + description + cause).replace('\n', ' ');
  }

  private static String call(
      String target, int timeoutSeconds, List<String> command, Commands commands)
      throws NotUnderstood, InterruptedException {
    if (command.isEmpty()) {
      throw new NotUnderstood("not understood: nothing");
    }
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      var arguments = command.subList(1, command.size());
      var name = command.get(0) + "/" + arguments.size();
      return name.equals("list/0")
          ? list(channel, timeoutSeconds)
          : commands.call(channel, timeoutSeconds, name, arguments);
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
    }
  }

  /** The services' names, one a line, by server reflection. */
  private static String list(Channel channel, int timeoutSeconds) {
    var answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS),
            ServerReflectionRequest.newBuilder().setListServices("*").build());
    return answers.next().getListServicesResponse().getServiceList().stream()
        .map(service -> service.getName())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private ClientProgram() {}
}
