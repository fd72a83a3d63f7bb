package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulService;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names, labels and owner of the objects of one service (operator.md 6 and 7). */
record Identity(StatefulService service) {

  static final String LABEL = "cloudstate.io/stateful-service";

  /** Of the Deployment, the Service and all that is like them in being one per service. */
  String name() {
    return service.getMetadata().getName();
  }

  /** Of what only the pods use; no object of the user's is likely to have it. */
  String podsOwn() {
    return name() + "-cloudstate";
  }

  String serviceAccount() {
    var given = service.getSpec().serviceAccountName();
    return given == null ? podsOwn() : given;
  }

  Map<String, String> selector() {
    return Map.of(LABEL, name());
  }

  Map<String, String> labels() {
    var labels = new LinkedHashMap<String, String>();
    labels.put(LABEL, name());
    labels.put("app.kubernetes.io/name", name());
    labels.put("app.kubernetes.io/component", "user-function");
    labels.put("app.kubernetes.io/managed-by", "cloudstate-operator");
    return labels;
  }

  ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(service.getMetadata().getNamespace())
        .withLabels(labels())
        .addNewOwnerReference()
        .withApiVersion(service.getApiVersion())
        .withKind(service.getKind())
        .withName(name())
        .withUid(service.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .endOwnerReference()
        .build();
  }
}
