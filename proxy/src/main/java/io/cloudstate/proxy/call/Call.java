package io.cloudstate.proxy.call;

/**
 * One command on its way to the method that answers it.
 *
 * @param service full name of the user's service
 * @param method simple name of its rpc
 * @param payload the request, with the type URL of the rpc's input type
 * @param metadata what came beside it
 * @param deadlineNanos when the caller stops waiting, as {@link System#nanoTime()}
 */
public record Call(
    String service, String method, Payload payload, Metadata metadata, long deadlineNanos) {}
