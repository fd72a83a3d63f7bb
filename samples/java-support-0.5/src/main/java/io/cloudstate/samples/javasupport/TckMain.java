package io.cloudstate.samples.javasupport;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.javasupport.CloudState;
import io.cloudstate.tck.model.Eventsourced;

/** Serves the conformance kit's event sourced model instead of the cart. */
public final class TckMain {

  private TckMain() {}

  public static void main(String[] arguments) throws Exception {
    FileDescriptor file = Eventsourced.getDescriptor();
    new CloudState()
        .registerEventSourcedEntity(
            TckModel.class, file.findServiceByName("EventSourcedTckModel"), file)
        .registerEventSourcedEntity(
            TckModelTwo.class, file.findServiceByName("EventSourcedTwo"), file)
        .start()
        .toCompletableFuture()
        .get();
  }
}
