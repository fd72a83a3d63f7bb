package io.cloudstate.samples.javasupport;

import io.cloudstate.javasupport.eventsourced.CommandHandler;
import io.cloudstate.javasupport.eventsourced.EventSourcedEntity;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;

/** The target of the model's forwards and effects. */
@EventSourcedEntity(persistenceId = "event-sourced-tck-model-two")
public final class TckModelTwo {

  @CommandHandler
  public Response call(Request request) {
    return Response.getDefaultInstance();
  }
}
