package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.References;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cluster as informers see it: the resources, and what belongs to the services. */
final class Cluster implements AutoCloseable {

  private static final String BY_STORE = "store";
  private static final String BY_SECRET = "secret";
  private static final String BY_SERVICE = "service";

  /** Kinds of which a service may have objects. */
  private static final List<Class<? extends HasMetadata>> OWNED =
      List.of(
          Deployment.class,
          Service.class,
          ServiceAccount.class,
          Role.class,
          RoleBinding.class,
          ConfigMap.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class,
          NetworkPolicy.class);

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final Watched<GenericKubernetesResource> services;
  private final Watched<GenericKubernetesResource> stores;
  private final @Nullable Watched<Secret> secrets;
  private final Watched<Pod> pods;
  private final Map<Class<? extends HasMetadata>, Watched<? extends HasMetadata>> owned =
      new LinkedHashMap<>();

  Cluster(KubernetesClient client, ControllerSettings settings) {
    this.client = client;
    this.namespaces = settings.namespaces();
    services =
        custom(
            StatefulService.class,
            Map.of(
                BY_STORE, service -> Uses.keys(service, Uses.storeOf(service).stream().toList()),
                BY_SECRET, service -> Uses.keys(service, Uses.secretsOfService(service))));
    stores =
        custom(
            StatefulStore.class,
            Map.of(BY_SECRET, store -> Uses.keys(store, Uses.secretsOfStore(store))));
    secrets = settings.secretsWatched() ? secrets() : null;
    pods = labelled(Pod.class);
    for (var type : OWNED) {
      owned.put(type, labelled(type));
    }
  }

  private Watched<GenericKubernetesResource> custom(
      Class<? extends HasMetadata> type,
      Map<String, Function<GenericKubernetesResource, List<String>>> indexes) {
    var context = ResourceDefinitionContext.fromResourceType(type);
    return new Watched<>(
        context.getPlural(),
        informers(client.genericKubernetesResources(context), list -> list),
        indexes);
  }

  private <T extends HasMetadata> Watched<T> labelled(Class<T> type) {
    return new Watched<>(
        HasMetadata.getPlural(type),
        informers(client.resources(type), list -> list.withLabel(Desired.SERVICE_LABEL)),
        Map.of(BY_SERVICE, object -> List.of(serviceOf(object).toString())));
  }

  /** Not those that tools keep in large numbers, which no store names. */
  private Watched<Secret> secrets() {
    var informers =
        informers(
            client.secrets(),
            list ->
                list.withoutField("type", "helm.sh/release.v1")
                    .withoutField("type", "kubernetes.io/service-account-token"));
    informers.forEach(informer -> informer.itemStore(new SecretKeys()));
    return new Watched<>("secrets", informers, Map.of());
  }

  private <T extends HasMetadata, L> List<SharedIndexInformer<T>> informers(
      MixedOperation<T, L, ?> operation,
      Function<FilterWatchListDeletable<T, L, ?>, FilterWatchListDeletable<T, L, ?>> filter) {
    if (namespaces.isEmpty()) {
      return List.of(filter.apply(operation.inAnyNamespace()).runnableInformer(0));
    }
    return namespaces.stream()
        .sorted()
        .map(name -> filter.apply(operation.inNamespace(name)).runnableInformer(0))
        .toList();
  }

  /** Tells which service a change is about, and which store if it is about one. */
  void onChange(Consumer<Key> service, Consumer<Key> store) {
    services.onChange(
        (before, now) ->
            Stream.of(before, now)
                .filter(each -> each != null)
                .forEach(
                    each -> {
                      service.accept(Key.of(each));
                      storeKeyOf(each).forEach(store);
                    }));
    stores.onChange(
        (before, now) -> {
          var key = Key.of(now == null ? before : now);
          store.accept(key);
          services.byIndex(BY_STORE, key.toString()).map(Key::of).forEach(service);
        });
    if (secrets != null) {
      secrets.onChange(
          (before, now) -> ofSecret(Key.of(now == null ? before : now), service, store));
    }
    pods.onChange((before, now) -> ofOwned(before, now, service));
    owned.values().forEach(kind -> kind.onChange((before, now) -> ofOwned(before, now, service)));
  }

  /** Tells which object of a service is gone; to be called before {@link #onChange}. */
  void onDeleted(Consumer<HasMetadata> listener) {
    owned
        .values()
        .forEach(
            kind ->
                kind.onChange(
                    (before, now) -> {
                      if (now == null && before != null) {
                        listener.accept(before);
                      }
                    }));
  }

  private void ofSecret(Key secret, Consumer<Key> service, Consumer<Key> store) {
    services.byIndex(BY_SECRET, secret.toString()).map(Key::of).forEach(service);
    stores
        .byIndex(BY_SECRET, secret.toString())
        .map(Key::of)
        .forEach(
            key -> {
              store.accept(key);
              services.byIndex(BY_STORE, key.toString()).map(Key::of).forEach(service);
            });
  }

  private static void ofOwned(
      @Nullable HasMetadata before, @Nullable HasMetadata now, Consumer<Key> service) {
    Stream.of(before, now)
        .filter(each -> each != null)
        .map(Cluster::serviceOf)
        .distinct()
        .forEach(service);
  }

  private static Key serviceOf(HasMetadata object) {
    var metadata = object.getMetadata();
    return new Key(
        metadata.getNamespace(), metadata.getLabels().getOrDefault(Desired.SERVICE_LABEL, ""));
  }

  private static Stream<Key> storeKeyOf(GenericKubernetesResource service) {
    return Uses.storeOf(service).stream()
        .map(name -> new Key(service.getMetadata().getNamespace(), name));
  }

  @Nullable GenericKubernetesResource service(Key key) {
    return services.get(key);
  }

  @Nullable GenericKubernetesResource store(Key key) {
    return stores.get(key);
  }

  /** Services that name a store. */
  List<String> servicesOf(Key store) {
    return services
        .byIndex(BY_STORE, store.toString())
        .filter(service -> !service.isMarkedForDeletion())
        .map(service -> service.getMetadata().getName())
        .toList();
  }

  /** A store, and the Secrets of some names, as far as they may be looked at. */
  References references(
      String namespace, Stream<String> secretNames, @Nullable StatefulStore store) {
    if (secrets == null) {
      return new References(store, null);
    }
    var versions = new HashMap<String, String>();
    var keys = new HashMap<String, Set<String>>();
    secretNames.forEach(
        name -> {
          var secret = secrets.get(new Key(namespace, name));
          if (secret != null) {
            versions.put(name, secret.getMetadata().getResourceVersion());
            keys.put(name, secret.getData().keySet());
          }
        });
    return new References(store, versions, keys);
  }

  List<Pod> podsOf(Key service) {
    return pods.byIndex(BY_SERVICE, service.toString()).toList();
  }

  /** All labelled as a service's, whoever owns them. */
  List<HasMetadata> objectsOf(Key service) {
    var objects = new ArrayList<HasMetadata>();
    owned
        .values()
        .forEach(kind -> kind.byIndex(BY_SERVICE, service.toString()).forEach(objects::add));
    return objects;
  }

  /** An object of the kinds that a service may have, if it is labelled. */
  @Nullable HasMetadata object(HasMetadata like) {
    var kind = owned.get(like.getClass());
    return kind == null ? null : kind.get(Key.of(like));
  }

  /** Ends when all has been listed once. */
  CompletableFuture<Void> start() {
    return CompletableFuture.allOf(all().map(Watched::start).toArray(CompletableFuture<?>[]::new));
  }

  boolean isSynced() {
    return all().allMatch(Watched::isSynced);
  }

  /** What is not watched at this moment, by plurals. */
  List<String> unwatched() {
    return all().filter(kind -> !kind.isWatching()).map(Watched::plural).toList();
  }

  private Stream<Watched<? extends HasMetadata>> all() {
    return Stream.concat(
        Stream.of(services, stores, pods, secrets).filter(kind -> kind != null),
        owned.values().stream());
  }

  @Override
  public void close() {
    all().forEach(Watched::close);
  }
}
