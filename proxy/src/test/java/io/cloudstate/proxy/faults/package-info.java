/**
 * Breaks a cluster of real processes under load, and holds what callers were told against what the
 * database has, or, of replicated sets, what all nodes show. {@code Suite} runs one {@code Fault}
 * after the other on a {@code World}; {@code Callers} write {@code Operation}s down, and {@code
 * HistoryCheck} and {@code SetCheck} judge them: they are pure, and have tests of their own.
 * Nothing here knows how the proxy works inside, but for the tables of its store.
 */
@NullMarked
package io.cloudstate.proxy.faults;

import org.jspecify.annotations.NullMarked;
