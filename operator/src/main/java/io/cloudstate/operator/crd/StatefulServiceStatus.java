package io.cloudstate.operator.crd;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stateful service was found to be. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatefulServiceStatus(
    @Nullable Long observedGeneration,
    @Nullable Integer replicas,
    @Nullable Integer readyReplicas,
    @Nullable Integer availableReplicas,
    @Nullable Integer updatedReplicas,
    @Nullable String selector,
    @Nullable String proxyImage,
    @Nullable String specHash,
    @Nullable String storeHash,
    @Nullable String summary,
    List<Condition> conditions) {

  public StatefulServiceStatus {
    conditions = Given.list(conditions);
  }
}
