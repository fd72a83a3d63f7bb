package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.EntityEnvironment;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.storage.replicator.Replica;
import java.time.Clock;

/**
 * What every CRDT entity works with.
 *
 * @param clock of registers without a clock of their own
 */
public record CrdtEnvironment(
    EntityEnvironment shared,
    Replica<Crdt> replica,
    ProxySettings.CrdtEntities settings,
    Clock clock) {}
