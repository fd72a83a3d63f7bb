package io.cloudstate.proxy.storage.replicator;

import akka.actor.ActorRef;
import akka.actor.ExtendedActorSystem;
import akka.actor.FunctionRef;
import akka.cluster.ddata.Replicator;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * Where the replicator's replies go: to who asked, on the replicator's thread and by no mailbox.
 * What Akka has for that is not part of its API, which is why nobody else may know it; the version
 * of Akka is fixed (docs/decisions/0002).
 */
final class ReplicatorReplies {

  private static final Logger log = LoggerFactory.getLogger(ReplicatorReplies.class);

  private ReplicatorReplies() {}

  /** Takes replies to requests that have a {@link Pending} with them, and lets others go. */
  static ActorRef create(ExtendedActorSystem system) {
    var provider = system.provider();
    return new FunctionRef(
        provider.tempPath(),
        provider,
        system,
        (sender, reply) -> {
          handOn(reply);
          return BoxedUnit.UNIT;
        });
  }

  private static void handOn(Object reply) {
    if (reply instanceof Replicator.UpdateResponse<?> response) {
      answer(response.getRequest(), response);
    } else if (reply instanceof Replicator.GetResponse<?> response) {
      answer(response.getRequest(), response);
    } else if (reply instanceof Replicator.DeleteResponse<?> response) {
      answer(response.getRequest(), response);
    }
  }

  /** Who fails to take what it asked for must not end the replicator. */
  private static void answer(Optional<?> request, Object reply) {
    try {
      request.ifPresent(pending -> ((Pending) pending).onReply(reply));
    } catch (RuntimeException | AssertionError e) {
      log.atError().setCause(e).log("reply of the replicator not taken");
    }
  }
}
