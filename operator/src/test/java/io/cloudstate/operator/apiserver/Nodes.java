package io.cloudstate.operator.apiserver;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.List;

/**
 * In place of nodes: says of each pod that it runs and is ready, as soon as that is allowed.
 * Nothing runs.
 */
public final class Nodes implements AutoCloseable, ResourceEventHandler<Pod> {

  private static final List<String> CONDITIONS =
      List.of("PodScheduled", "Initialized", "ContainersReady", "Ready");

  private final KubernetesClient client;
  private volatile boolean areUp = true;
  private final SharedIndexInformer<Pod> pods;

  private Nodes(KubernetesClient client) {
    this.client = client;
    this.pods = client.pods().inAnyNamespace().runnableInformer(0);
  }

  static Nodes start(KubernetesClient client) {
    var nodes = new Nodes(client);
    nodes.pods.addEventHandler(nodes).run();
    return nodes;
  }

  /** Pods that come wait for {@link #up()}. */
  public void down() {
    areUp = false;
  }

  public void up() {
    areUp = true;
    pods.getStore().list().forEach(this::onAdd);
  }

  @Override
  public void onAdd(Pod pod) {
    if (areUp && pod.getMetadata().getDeletionTimestamp() == null && !isReady(pod)) {
      run(pod);
    }
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    onAdd(now);
  }

  @Override
  public void onDelete(Pod pod, boolean isUnknown) {}

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  private void run(Pod pod) {
    var now = Clock.systemUTC().instant().toString();
    var running = new PodBuilder(pod).editStatus().withPhase("Running").endStatus().build();
    for (var type : CONDITIONS) {
      running
          .getStatus()
          .getConditions()
          .add(
              new PodConditionBuilder()
                  .withType(type)
                  .withStatus("True")
                  .withLastTransitionTime(now)
                  .build());
    }
    try {
      client.resource(running).updateStatus();
    } catch (KubernetesClientException e) {
      // changed or gone meanwhile, which is told again
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    pods.stop();
  }
}
