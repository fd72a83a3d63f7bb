package io.cloudstate.operator.desired;

/** What was done other than asked for, and is told to the user by an Event. */
public record Warning(String reason, String message) {}
