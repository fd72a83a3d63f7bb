/**
 * A store in the memory of the process, gone with it; for trying things out and for tests. In come
 * events, out go pages of them. It never copies a payload and never leaves the calling thread.
 */
@NullMarked
package io.cloudstate.proxy.storage.memory;

import org.jspecify.annotations.NullMarked;
