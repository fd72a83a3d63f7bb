package io.cloudstate.tck.reference;

/** The names of the model services. */
final class Services {

  static final String ACTION = "cloudstate.tck.model.action.ActionTckModel";
  static final String ACTION_TWO = "cloudstate.tck.model.action.ActionTwo";

  static final String EVENT_SOURCED = "cloudstate.tck.model.EventSourcedTckModel";
  static final String EVENT_SOURCED_TWO = "cloudstate.tck.model.EventSourcedTwo";
  static final String EVENT_SOURCED_CONFIGURED = "cloudstate.tck.model.EventSourcedConfigured";

  static final String VALUE = "cloudstate.tck.model.valueentity.ValueEntityTckModel";
  static final String VALUE_TWO = "cloudstate.tck.model.valueentity.ValueEntityTwo";
  static final String VALUE_CONFIGURED = "cloudstate.tck.model.valueentity.ValueEntityConfigured";

  static final String CRDT = "cloudstate.tck.model.crdt.CrdtTckModel";
  static final String CRDT_TWO = "cloudstate.tck.model.crdt.CrdtTwo";
  static final String CRDT_CONFIGURED = "cloudstate.tck.model.crdt.CrdtConfigured";

  private static final String EVENT_LOG = "cloudstate.tck.model.eventlogeventing.";
  static final String EVENT_LOG_SUBSCRIBER = EVENT_LOG + "EventLogSubscriberModel";
  static final String EVENT_LOG_ONE = EVENT_LOG + "EventSourcedEntityOne";
  static final String EVENT_LOG_TWO = EVENT_LOG + "EventSourcedEntityTwo";

  private Services() {}
}
