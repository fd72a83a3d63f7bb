package io.cloudstate.proxy.eventing;

/** The node where a slice runs; told on any thread. */
interface SlicePlace {

  /** The slice has taken notice of being woken. */
  void awake();

  /** The slice has ended, however that came about. */
  void ended();
}
