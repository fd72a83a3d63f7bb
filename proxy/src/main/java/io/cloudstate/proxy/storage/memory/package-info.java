/**
 * A store in the memory of the process, gone with it; for trying things out and for tests. In come
 * writes of the actor system it was handed to, out go pages of events. It never serializes or
 * copies a payload and never leaves the calling thread.
 */
@NullMarked
package io.cloudstate.proxy.storage.memory;

import org.jspecify.annotations.NullMarked;
