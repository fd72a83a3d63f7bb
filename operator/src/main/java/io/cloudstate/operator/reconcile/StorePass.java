package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.StoreChecks;
import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import io.cloudstate.operator.reconcile.Teller.News;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;

/** From a store to its status and its Events. It has no objects. */
final class StorePass implements Pass {

  private final Cluster cluster;
  private final Writer writer;
  private final Teller teller;
  private final ControllerSettings settings;
  private final KubernetesSerialization serialization;
  private final Latest latest = new Latest();

  StorePass(
      Cluster cluster,
      Writer writer,
      Teller teller,
      ControllerSettings settings,
      KubernetesSerialization serialization) {
    this.cluster = cluster;
    this.writer = writer;
    this.teller = teller;
    this.settings = settings;
    this.serialization = serialization;
  }

  @Override
  public Outcome over(Key key, int failuresBefore) {
    var cached = cluster.store(key);
    if (cached == null) {
      latest.forget(new Ref("StatefulStore", key));
      teller.forget(new Ref("StatefulStore", key));
      return Outcome.GONE;
    }
    var raw = latest.of(Ref.of(cached), cached, System.nanoTime());
    if (raw == null) {
      return Outcome.SETTLED;
    }
    var services = cluster.servicesOf(key);
    var decoded = Decoded.of(raw, StatefulStore.class, serialization);
    var store = decoded.resource();
    var problems =
        decoded
            .problem("Ready", "Unreadable")
            .map(List::of)
            .orElseGet(
                () ->
                    StoreChecks.of(
                        store,
                        cluster.references(
                            key.namespace(), Uses.secretsOfStore(raw).stream(), store)));
    var status = StoreStatus.of(store, problems, services, settings.clock().instant());
    var isSaid = StoreStatus.says(store, status);
    if (!isSaid) {
      latest.wrote(writer.applyStatus(StatefulStore.class, raw, status), cached, System.nanoTime());
    }
    var news = new ArrayList<News>();
    var since = StoreStatus.readySince(status);
    problems.forEach(problem -> news.add(new News(problem.reason(), problem.message(), since)));
    if (store.isMarkedForDeletion() && !services.isEmpty()) {
      news.add(new News("DeletedInUse", "used by " + String.join(", ", services), ""));
    }
    teller.tell(store, news);
    if (!problems.isEmpty()) {
      return Outcome.REFUSED;
    }
    return isSaid ? Outcome.SETTLED : Outcome.CHANGED;
  }
}
