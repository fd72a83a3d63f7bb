package io.cloudstate.proxy.faults;

/** A text as the store has it, under the number that it gave it. */
record Stored(long sequence, String text) {}
