package io.cloudstate.samples.chat;

import com.example.chat.ChatProto;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.samples.kit.Discovery;
import io.cloudstate.samples.kit.FunctionServer;
import java.util.List;

/**
 * Starts the function: a gRPC server the proxy calls. Listens on {@code HOST} (default 0.0.0.0) and
 * {@code PORT} (8080).
 */
public final class Main {

  static final String PROFILE = "com.example.chat.Profile";
  static final String ROOM = "com.example.chat.Room";
  static final String CHAT = "com.example.chat.Chat";

  public static void main(String[] args) throws InterruptedException {
    FunctionServer.run(
        "chat function",
        () -> List.of(discovery(), new ProfileService(), new RoomService(), new ChatAction()));
  }

  /** Each service of chat.proto, and by which protocol the proxy is to serve it. */
  static Discovery discovery() {
    return new Discovery(
        "chat",
        List.of(
            entity(PROFILE, ValueEntityGrpc.SERVICE_NAME).setPersistenceId("profile").build(),
            entity(ROOM, CrdtGrpc.SERVICE_NAME).setPersistenceId("room").build(),
            entity(CHAT, ActionProtocolGrpc.SERVICE_NAME).build()),
        ChatProto.getDescriptor());
  }

  private static Entity.Builder entity(String service, String protocol) {
    return Entity.newBuilder().setServiceName(service).setEntityType(protocol);
  }

  private Main() {}
}
