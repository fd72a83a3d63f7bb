package io.cloudstate.bench.function;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.cloudstate.bench.wire.CounterMethods;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;

/**
 * Tells the proxy about the counter and the echo, and prints what the proxy has to complain about.
 */
final class Discovery extends EntityDiscoveryGrpc.EntityDiscoveryImplBase {

  private static final String DESCRIPTORS = "/counter.protobin";

  private final EntitySpec spec;

  /**
   * @param entityType what the counters are, as the protocol calls it
   * @param passivationMillis idle time before a counter is unloaded; 0 leaves it to the proxy
   */
  Discovery(String entityType, long passivationMillis) throws IOException {
    this(
        List.of(counter(entityType, passivationMillis), action(CounterMethods.ECHO_SERVICE)),
        EventingOptions.NONE);
  }

  /** With event sourced counters, and an action that hears of them. */
  static Discovery withConsumer(EventingOptions eventing) throws IOException {
    return new Discovery(
        List.of(counter(EventSourcedGrpc.SERVICE_NAME, 0), action(CounterMethods.CONSUMER_SERVICE)),
        eventing);
  }

  private Discovery(List<Entity> entities, EventingOptions eventing) throws IOException {
    spec =
        EntitySpec.newBuilder()
            .setProto(eventing.in(descriptors()))
            .addAllEntities(entities)
            .setServiceInfo(
                ServiceInfo.newBuilder()
                    .setServiceName("bench")
                    .setServiceRuntime("Java " + Runtime.version())
                    .setSupportLibraryName("none")
                    .setProtocolMajorVersion(0)
                    .setProtocolMinorVersion(2))
            .build();
  }

  @Override
  public void discover(ProxyInfo proxy, StreamObserver<EntitySpec> response) {
    response.onNext(spec);
    response.onCompleted();
  }

  @Override
  public void reportError(UserFunctionError error, StreamObserver<Empty> response) {
    System.err.println("the proxy reports: " + error.getMessage());
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
  }

  private static Entity action(String service) {
    return Entity.newBuilder()
        .setEntityType(ActionProtocolGrpc.SERVICE_NAME)
        .setServiceName(service)
        .build();
  }

  private static Entity counter(String entityType, long passivationMillis) {
    var entity =
        Entity.newBuilder()
            .setEntityType(entityType)
            .setServiceName(CounterMethods.SERVICE)
            .setPersistenceId(CounterMethods.PERSISTENCE_ID);
    if (passivationMillis > 0) {
      entity.setPassivationStrategy(
          EntityPassivationStrategy.newBuilder()
              .setTimeout(TimeoutPassivationStrategy.newBuilder().setTimeout(passivationMillis)));
    }
    return entity.build();
  }

  /** The service's file and all it imports, as the build's protoc wrote them. */
  private static ByteString descriptors() throws IOException {
    try (var resource = Discovery.class.getResourceAsStream(DESCRIPTORS)) {
      if (resource == null) {
        throw new IOException(DESCRIPTORS + " is not on the class path");
      }
      return ByteString.readFrom(resource);
    }
  }
}
