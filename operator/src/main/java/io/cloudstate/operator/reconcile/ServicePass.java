package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceStatus;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.Problem;
import io.cloudstate.operator.desired.References;
import io.cloudstate.operator.desired.Warning;
import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import io.cloudstate.operator.reconcile.Teller.News;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From a service to its objects, its status and its Events. Nothing is written that is there
 * already; what the API server refuses is a condition, and tried again.
 */
final class ServicePass implements Pass {

  /** Failures that pass by themselves are not worth a condition. */
  private static final int FAILURES_UNTOLD = 2;

  /** What came of applying: problems, things worth telling, and whether anything was written. */
  private record Result(List<Problem> problems, List<Warning> warnings, boolean hasWritten) {}

  private final Cluster cluster;
  private final Writer writer;
  private final Teller teller;
  private final ControllerSettings settings;
  private final KubernetesSerialization serialization;
  private final Latest latest = new Latest();
  private final Map<Key, Map<Ref, Applied>> applied = new ConcurrentHashMap<>();

  ServicePass(
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

  /** An object is gone, whatever was written to it. */
  void onDeleted(HasMetadata object) {
    latest.forget(Ref.of(object));
  }

  @Override
  public Outcome over(Key key, int failuresBefore) {
    var cached = cluster.service(key);
    if (cached == null) {
      forget(key);
      return Outcome.GONE;
    }
    var raw = latest.of(Ref.of(cached), cached, System.nanoTime());
    if (raw == null || raw.isMarkedForDeletion()) {
      return Outcome.SETTLED;
    }
    var decoded = Decoded.of(raw, StatefulService.class, serialization);
    var service = decoded.resource();
    var desired =
        decoded
            .problem("ConfigValid", "Unreadable")
            .map(problem -> new Desired(List.of(), List.of(problem), List.of(), null))
            .orElseGet(() -> desired(raw, service));
    var result =
        desired.problems().isEmpty()
            ? apply(key, service, desired, failuresBefore)
            : new Result(desired.problems(), List.of(), false);
    var status = status(key, service, desired, result);
    var isSaid = ServiceStatus.says(service, status);
    if (!isSaid) {
      latest.wrote(
          writer.applyStatus(StatefulService.class, raw, status), cached, System.nanoTime());
    }
    teller.tell(service, news(service, status, desired, result));
    if (!result.problems().isEmpty()) {
      return desired.problems().isEmpty() ? Outcome.FAILED : Outcome.REFUSED;
    }
    return result.hasWritten() || !isSaid ? Outcome.CHANGED : Outcome.SETTLED;
  }

  private void forget(Key key) {
    latest.forget(new Ref("StatefulService", key));
    teller.forget(new Ref("StatefulService", key));
    var objects = applied.remove(key);
    if (objects != null) {
      objects.keySet().forEach(latest::forget);
    }
  }

  private Desired desired(GenericKubernetesResource raw, StatefulService service) {
    var namespace = raw.getMetadata().getNamespace();
    var rawStore = Uses.storeOf(raw).map(name -> cluster.store(new Key(namespace, name)));
    if (rawStore.isEmpty()) {
      return Desired.of(service, references(raw, null, null), settings.platform());
    }
    var store = Decoded.of(rawStore.get(), StatefulStore.class, serialization);
    return store
        .problem("StoreReady", "BadStore")
        .map(problem -> new Desired(List.of(), List.of(problem), List.of(), null))
        .orElseGet(
            () ->
                Desired.of(
                    service,
                    references(raw, rawStore.get(), store.resource()),
                    settings.platform()));
  }

  private References references(
      GenericKubernetesResource service,
      @Nullable GenericKubernetesResource rawStore,
      @Nullable StatefulStore store) {
    return cluster.references(
        service.getMetadata().getNamespace(),
        Stream.concat(
            Uses.secretsOfService(service).stream(),
            rawStore == null ? Stream.of() : Uses.secretsOfStore(rawStore).stream()),
        store);
  }

  private Result apply(Key key, StatefulService service, Desired desired, int failuresBefore) {
    var live = live(key, desired.objects());
    var before = applied.getOrDefault(key, Map.of());
    var plan = Plan.of(service.getMetadata().getUid(), desired.objects(), live, before);
    if (!plan.problems().isEmpty()) {
      return new Result(plan.problems(), List.of(), false);
    }
    var known = new HashMap<>(before);
    var warnings = new ArrayList<Warning>();
    HasMetadata current = service;
    try {
      for (var wanted : plan.toApply()) {
        current = wanted;
        var written = writer.apply(wanted);
        latest.wrote(written.object(), cluster.object(wanted), System.nanoTime());
        known.put(Ref.of(wanted), Applied.of(wanted, written.object()));
        warnings.addAll(written.warnings());
      }
      for (var object : plan.toRemove()) {
        current = object;
        writer.remove(object);
        known.remove(Ref.of(object));
      }
    } catch (KubernetesClientException e) {
      var refusal = Refusal.of(e, Ref.of(current));
      if (refusal.isPassing() && failuresBefore < FAILURES_UNTOLD) {
        throw e;
      }
      return new Result(List.of(refusal.problem()), warnings, true);
    } finally {
      applied.put(key, Map.copyOf(known));
    }
    return new Result(List.of(), warnings, !plan.toApply().isEmpty() || !plan.toRemove().isEmpty());
  }

  /** What is labelled as the service's, and what has the name of something wanted. */
  private Map<Ref, HasMetadata> live(Key key, List<HasMetadata> wanted) {
    var now = System.nanoTime();
    var live = new LinkedHashMap<Ref, HasMetadata>();
    for (var object : cluster.objectsOf(key)) {
      var current = latest.of(Ref.of(object), object, now);
      if (current != null) {
        live.put(Ref.of(object), current);
      }
    }
    for (var object : wanted) {
      if (!live.containsKey(Ref.of(object))) {
        var current = latest.of(Ref.of(object), cluster.object(object), now);
        if (current == null) {
          current = writer.read(object);
        }
        if (current != null) {
          live.put(Ref.of(object), current);
        }
      }
    }
    return live;
  }

  private StatefulServiceStatus status(
      Key key, StatefulService service, Desired desired, Result result) {
    return ServiceStatus.of(
        service,
        result.problems(),
        result.problems().isEmpty() ? desired.choice() : null,
        Rollout.of(deploymentOf(key), cluster.podsOf(key)),
        settings.clock().instant());
  }

  private @Nullable Deployment deploymentOf(Key key) {
    var like =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName(key.name())
            .withNamespace(key.namespace())
            .endMetadata()
            .build();
    var found = latest.of(Ref.of(like), cluster.object(like), System.nanoTime());
    return found instanceof Deployment deployment ? deployment : null;
  }

  private static List<News> news(
      StatefulService service, StatefulServiceStatus status, Desired desired, Result result) {
    var news = new ArrayList<News>();
    for (var problem : result.problems()) {
      var since =
          status.conditions().stream()
              .filter(condition -> condition.getType().equals(problem.condition()))
              .findFirst()
              .map(condition -> condition.getLastTransitionTime())
              .orElse("");
      news.add(new News(problem.reason(), problem.message(), since));
    }
    Stream.concat(desired.warnings().stream(), result.warnings().stream())
        .forEach(
            warning ->
                news.add(
                    new News(
                        warning.reason(),
                        warning.message(),
                        "generation " + service.getMetadata().getGeneration())));
    return news;
  }
}
