package io.cloudstate.samples.javasupport;

import io.cloudstate.javasupport.ServiceCall;
import io.cloudstate.javasupport.ServiceCallRef;
import io.cloudstate.javasupport.eventsourced.CommandContext;
import io.cloudstate.javasupport.eventsourced.CommandHandler;
import io.cloudstate.javasupport.eventsourced.EventHandler;
import io.cloudstate.javasupport.eventsourced.EventSourcedEntity;
import io.cloudstate.javasupport.eventsourced.EventSourcedEntityCreationContext;
import io.cloudstate.javasupport.eventsourced.Snapshot;
import io.cloudstate.javasupport.eventsourced.SnapshotHandler;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.Optional;

/** The event sourced model of the conformance kit: a text to which every event appends. */
@EventSourcedEntity(persistenceId = "event-sourced-tck-model", snapshotEvery = 5)
public final class TckModel {

  private final ServiceCallRef<Request> two;
  private String state = "";

  public TckModel(EventSourcedEntityCreationContext context) {
    two =
        context
            .serviceCallFactory()
            .lookup("cloudstate.tck.model.EventSourcedTwo", "Call", Request.class);
  }

  @Snapshot
  public Persisted snapshot() {
    return persisted(state);
  }

  @SnapshotHandler
  public void onSnapshot(Persisted snapshot) {
    state = snapshot.getValue();
  }

  @EventHandler
  public void persisted(Persisted event) {
    state += event.getValue();
  }

  /** Events change the state only after this has returned, so the reply adds them itself. */
  @CommandHandler
  public Optional<Response> process(Request request, CommandContext context) {
    StringBuilder text = new StringBuilder(state);
    boolean isForwarded = false;
    for (RequestAction action : request.getActionsList()) {
      switch (action.getActionCase()) {
        case EMIT:
          context.emit(persisted(action.getEmit().getValue()));
          text.append(action.getEmit().getValue());
          break;
        case FORWARD:
          context.forward(callOf(action.getForward().getId()));
          isForwarded = true;
          break;
        case EFFECT:
          context.effect(callOf(action.getEffect().getId()), action.getEffect().getSynchronous());
          break;
        case FAIL:
          throw context.fail(action.getFail().getMessage());
        default:
          break;
      }
    }
    return isForwarded
        ? Optional.empty()
        : Optional.of(Response.newBuilder().setMessage(text.toString()).build());
  }

  private ServiceCall callOf(String id) {
    return two.createCall(Request.newBuilder().setId(id).build());
  }

  private static Persisted persisted(String value) {
    return Persisted.newBuilder().setValue(value).build();
  }
}
