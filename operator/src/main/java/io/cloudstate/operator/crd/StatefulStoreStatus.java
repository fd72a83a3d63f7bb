package io.cloudstate.operator.crd;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store was found to be. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatefulStoreStatus(
    @Nullable Long observedGeneration,
    @Nullable Integer services,
    @Nullable String summary,
    List<Condition> conditions) {

  public StatefulStoreStatus {
    conditions = Given.list(conditions);
  }
}
