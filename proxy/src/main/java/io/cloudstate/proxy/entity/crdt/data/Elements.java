package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.Any;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import java.util.ArrayList;
import java.util.List;

/** What both kinds of set do with their elements, each of which is kept with its dots. */
final class Elements {

  static final Parts.Kind<Dots> KIND =
      new Parts.Kind<>() {
        @Override
        public Dots nothing() {
          return Dots.NONE;
        }

        @Override
        public boolean isEmpty(Dots dots) {
          return dots.isEmpty();
        }

        @Override
        public Dots join(Join join, Dots one, Dots other) {
          return join.dots(one, other);
        }
      };

  private Elements() {}

  /** An element or key; the many of one type share the text of its type URL. */
  static Payload payload(Any element) {
    return new Payload(element.getTypeUrl().intern(), element.getValue());
  }

  static void gatherDots(Parts<Dots> elements, Context.Builder dots) {
    elements.byKey().forEach((element, found) -> dots.add(found));
  }

  static Parts<Dots> prune(Parts<Dots> elements, Pruning pruning) {
    var all = new ArrayList<Payload>();
    elements
        .byKey()
        .forEach(
            (element, dots) -> {
              if (dots.hasOneOf(pruning.removed())) {
                all.add(element);
              }
            });
    var pruned = elements.byKey();
    for (var element : all) {
      var dots = pruned.get(element);
      pruned = dots == null ? pruned : pruned.with(element, dots.prune(pruning));
    }
    return new Parts<>(pruned, elements.isWhole());
  }

  static List<Any> all(Parts<Dots> elements) {
    var all = new ArrayList<Any>(elements.byKey().size());
    elements.byKey().forEach((element, dots) -> all.add(EntityMessages.any(element)));
    return all;
  }

  /** The elements that only one of two sets has. */
  static final class Compared implements PayloadMap.Changes<Dots> {

    final List<Any> added = new ArrayList<>();
    final List<Any> removed = new ArrayList<>();

    Compared(Parts<Dots> before, Parts<Dots> after) {
      after.byKey().changesFrom(before.byKey(), false, this);
    }

    @Override
    public void added(Payload element, Dots dots) {
      added.add(EntityMessages.any(element));
    }

    @Override
    public void removed(Payload element, Dots dots) {
      removed.add(EntityMessages.any(element));
    }

    @Override
    public void changed(Payload element, Dots before, Dots after) {}
  }
}
