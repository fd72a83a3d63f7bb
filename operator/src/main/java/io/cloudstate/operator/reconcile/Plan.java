package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is to be done about the objects of one service: those to apply, in the order in which they
 * are wanted, and those to remove after that. With problems nothing is to be done.
 */
record Plan(List<HasMetadata> toApply, List<HasMetadata> toRemove, List<Problem> problems) {

  Plan {
    toApply = List.copyOf(toApply);
    toRemove = List.copyOf(toRemove);
    problems = List.copyOf(problems);
  }

  /**
   * For the owner with that UID: what is wanted, what is there (of those wanted, whoever owns it),
   * and what was applied before.
   */
  static Plan of(
      String owner,
      List<HasMetadata> wanted,
      Map<Ref, HasMetadata> live,
      Map<Ref, Applied> applied) {
    var problems = new ArrayList<Problem>();
    var toApply = new ArrayList<HasMetadata>();
    for (var object : wanted) {
      var ref = Ref.of(object);
      var current = live.get(ref);
      if (current != null && !isOwnedBy(owner, current)) {
        problems.add(notOwned(ref, object, current));
      } else if (current == null || !isSettled(object, current, applied)) {
        toApply.add(object);
      }
    }
    if (!problems.isEmpty()) {
      return new Plan(List.of(), List.of(), problems);
    }
    var refs = wanted.stream().map(Ref::of).collect(Collectors.toSet());
    var toRemove =
        live.values().stream()
            .filter(object -> isOwnedBy(owner, object) && !refs.contains(Ref.of(object)))
            .filter(object -> !object.isMarkedForDeletion())
            .toList();
    return new Plan(toApply, toRemove, List.of());
  }

  private static boolean isOwnedBy(String owner, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner));
  }

  /** What is being deleted is applied anew when it is gone. */
  private static boolean isSettled(
      HasMetadata wanted, HasMetadata current, Map<Ref, Applied> applied) {
    return current.isMarkedForDeletion()
        || Applied.of(wanted, current).equals(applied.get(Ref.of(wanted)));
  }

  private static Problem notOwned(Ref ref, HasMetadata wanted, HasMetadata current) {
    var owners = wanted.getMetadata().getOwnerReferences();
    var isOfPredecessor =
        current.getMetadata().getOwnerReferences().stream()
            .anyMatch(
                old ->
                    owners.stream()
                        .anyMatch(
                            owner ->
                                owner.getKind().equals(old.getKind())
                                    && owner.getName().equals(old.getName())));
    return new Problem(
        "ConfigValid",
        "NotOwned",
        isOfPredecessor
            ? "%s is of an earlier StatefulService of that name (expected: that it is collected soon)"
                .formatted(ref)
            : "%s exists and belongs to somebody else (expected: none of that name; delete it, or rename the StatefulService)"
                .formatted(ref));
  }
}
