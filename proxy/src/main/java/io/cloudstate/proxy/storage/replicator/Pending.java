package io.cloudstate.proxy.storage.replicator;

/** Waits for the replicator's reply to a request; sent along with it. */
interface Pending {

  void onReply(Object reply);
}
