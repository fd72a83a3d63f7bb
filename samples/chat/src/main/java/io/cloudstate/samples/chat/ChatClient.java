package io.cloudstate.samples.chat;

import com.example.chat.ChatGrpc;
import com.example.chat.ForgetRequest;
import com.example.chat.GetNameRequest;
import com.example.chat.JoinRequest;
import com.example.chat.Line;
import com.example.chat.People;
import com.example.chat.ProfileGrpc;
import com.example.chat.ProfileGrpc.ProfileBlockingStub;
import com.example.chat.RoomGrpc;
import com.example.chat.SetNameRequest;
import com.example.chat.WatchRequest;
import com.example.chat.WhoIsThereRequest;
import io.cloudstate.samples.kit.ClientProgram;
import io.cloudstate.samples.kit.ClientProgram.NotUnderstood;
import io.grpc.Channel;
import io.grpc.StatusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Calls the chat through the proxy, once, and prints what came of it. */
public final class ChatClient {

  private static final String USAGE =
      """
      usage: ChatClient [--target host:port] [--timeout seconds] <command>
        name <user> <name>                       give a user a name
        whois <user>                             show it
        forget <user>                            delete it
        join <room> <user> <name>                give a user a name and show who is in a room
        who <room>                               show who is in a room
        watch <room> <user>                      be in a room and show who is there, until Ctrl-C
        echo                                     say the lines of the input, until one is bye
      """;

  public static void main(String[] args) throws InterruptedException {
    ClientProgram.run(USAGE, args, ChatClient::call);
  }

  private static String call(
      Channel channel, int timeoutSeconds, String command, List<String> arguments)
      throws NotUnderstood, InterruptedException {
    var profiles =
        ProfileGrpc.newBlockingStub(channel).withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS);
    return switch (command) {
      case "name/2" -> name(profiles, arguments.get(0), arguments.get(1));
      case "whois/1" -> whois(profiles, arguments.get(0));
      case "forget/1" -> forget(profiles, arguments.get(0));
      case "join/3" -> join(channel, timeoutSeconds, arguments);
      case "who/1" -> who(channel, timeoutSeconds, arguments.get(0));
      case "watch/2" -> watch(channel, arguments.get(0), arguments.get(1));
      case "echo/0" -> echo(channel);
      default -> throw new NotUnderstood("not understood: " + command);
    };
  }

  private static String name(ProfileBlockingStub profiles, String user, String name) {
    profiles.setName(SetNameRequest.newBuilder().setUserId(user).setName(name).build());
    return user + " is called " + name;
  }

  private static String whois(ProfileBlockingStub profiles, String user) {
    var name = profiles.getName(GetNameRequest.newBuilder().setUserId(user).build());
    return user + " is called " + name.getName();
  }

  private static String forget(ProfileBlockingStub profiles, String user) {
    profiles.forget(ForgetRequest.newBuilder().setUserId(user).build());
    return user + " has no name";
  }

  private static String join(Channel channel, int timeoutSeconds, List<String> arguments) {
    var room = arguments.get(0);
    var people =
        ChatGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
            .join(
                JoinRequest.newBuilder()
                    .setRoomId(room)
                    .setUserId(arguments.get(1))
                    .setName(arguments.get(2))
                    .build());
    return describe(room, people);
  }

  private static String who(Channel channel, int timeoutSeconds, String room) {
    var people =
        RoomGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
            .whoIsThere(WhoIsThereRequest.newBuilder().setRoomId(room).build());
    return describe(room, people);
  }

  private static String watch(Channel channel, String room, String user) {
    var request = WatchRequest.newBuilder().setRoomId(room).setUserId(user).build();
    RoomGrpc.newBlockingStub(channel)
        .watch(request)
        .forEachRemaining(people -> System.out.println(describe(room, people)));
    return "the call has ended";
  }

  private static String echo(Channel channel) throws InterruptedException {
    var call = ChatGrpc.newBlockingV2Stub(channel).echo();
    try (var input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))) {
      var text = input.readLine();
      while (text != null && call.write(Line.newBuilder().setText(text).build())) {
        var reply = call.read();
        if (reply == null) {
          break;
        }
        System.out.println(reply.getText());
        text = text.equals("bye") ? null : input.readLine();
      }
      call.halfClose();
      return "the call has ended";
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(String room, People people) {
    return people.getUserIdsCount() == 0
        ? "nobody is in " + room
        : "in " + room + ": " + String.join(", ", people.getUserIdsList());
  }

  private ChatClient() {}
}
