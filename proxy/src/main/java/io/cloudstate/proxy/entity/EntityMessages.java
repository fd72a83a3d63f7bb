package io.cloudstate.proxy.entity;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import java.util.ArrayList;
import java.util.List;

/** Values to and from the messages of {@code cloudstate/entity.proto} that all kinds share. */
public final class EntityMessages {

  private EntityMessages() {}

  public static Any any(Payload payload) {
    return Any.newBuilder().setTypeUrl(payload.typeUrl()).setValue(payload.value()).build();
  }

  public static Payload payload(Any any) {
    return new Payload(any.getTypeUrl(), any.getValue());
  }

  /** How long {@link #any} of a payload is. */
  public static long sizeBytes(Payload payload) {
    var typeUrl = payload.typeUrl();
    var value = payload.value();
    return (typeUrl.isEmpty() ? 0L : CodedOutputStream.computeStringSize(1, typeUrl))
        + (value.isEmpty() ? 0 : CodedOutputStream.computeBytesSize(2, value));
  }

  /** Carries no metadata: the conformance kit compares the message (spec/event-sourced.md 3). */
  public static EntityOuterClass.Command command(String entityId, long id, Call call) {
    return EntityOuterClass.Command.newBuilder()
        .setEntityId(entityId)
        .setId(id)
        .setName(call.method())
        .setPayload(any(call.payload()))
        .build();
  }

  /** For tracing, which has to be asked for. */
  public static EntityOuterClass.Command with(Metadata metadata, EntityOuterClass.Command command) {
    return command.toBuilder().setMetadata(metadata(metadata)).build();
  }

  public static Answer answer(
      EntityOuterClass.ClientAction action, List<EntityOuterClass.SideEffect> effects) {
    return new Answer(clientAction(action), effects(effects));
  }

  public static List<SideEffect> effects(List<EntityOuterClass.SideEffect> effects) {
    return effects.isEmpty() ? List.of() : effects.stream().map(EntityMessages::effect).toList();
  }

  /** A reply without a payload is none. */
  public static ClientAction reply(EntityOuterClass.Reply reply) {
    return reply.hasPayload()
        ? new ClientAction.Reply(payload(reply.getPayload()), metadata(reply.getMetadata()))
        : new ClientAction.None();
  }

  public static ClientAction forward(EntityOuterClass.Forward forward) {
    return new ClientAction.Forward(target(forward));
  }

  public static EntityOuterClass.Metadata metadata(Metadata metadata) {
    if (metadata.isEmpty()) {
      return EntityOuterClass.Metadata.getDefaultInstance();
    }
    var message = EntityOuterClass.Metadata.newBuilder();
    for (var entry : metadata.entries()) {
      var added = EntityOuterClass.MetadataEntry.newBuilder().setKey(entry.key());
      if (entry instanceof Metadata.Entry.Text text) {
        added.setStringValue(text.value());
      } else if (entry instanceof Metadata.Entry.Binary binary) {
        added.setBytesValue(binary.value());
      }
      message.addEntries(added);
    }
    return message.build();
  }

  private static ClientAction clientAction(EntityOuterClass.ClientAction action) {
    return switch (action.getActionCase()) {
      case REPLY -> reply(action.getReply());
      case FORWARD -> forward(action.getForward());
      case FAILURE ->
          new ClientAction.Fail(new Failure.Refused(action.getFailure().getDescription()));
      case ACTION_NOT_SET -> new ClientAction.None();
    };
  }

  private static SideEffect effect(EntityOuterClass.SideEffect effect) {
    return new SideEffect(
        new Target(
            effect.getServiceName(),
            effect.getCommandName(),
            payload(effect.getPayload()),
            metadata(effect.getMetadata())),
        effect.getSynchronous());
  }

  private static Target target(EntityOuterClass.Forward forward) {
    return new Target(
        forward.getServiceName(),
        forward.getCommandName(),
        payload(forward.getPayload()),
        metadata(forward.getMetadata()));
  }

  private static Metadata metadata(EntityOuterClass.Metadata metadata) {
    if (metadata.getEntriesCount() == 0) {
      return Metadata.EMPTY;
    }
    var entries = new ArrayList<Metadata.Entry>(metadata.getEntriesCount());
    for (var entry : metadata.getEntriesList()) {
      switch (entry.getValueCase()) {
        case STRING_VALUE ->
            entries.add(new Metadata.Entry.Text(entry.getKey(), entry.getStringValue()));
        case BYTES_VALUE ->
            entries.add(new Metadata.Entry.Binary(entry.getKey(), entry.getBytesValue()));
        case VALUE_NOT_SET -> entries.add(new Metadata.Entry.Text(entry.getKey(), ""));
      }
    }
    return new Metadata(entries);
  }
}
