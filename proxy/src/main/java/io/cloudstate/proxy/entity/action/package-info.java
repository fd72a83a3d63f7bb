/**
 * Actions: calls without state, key or instance. In come Calls of any shape, each becomes one call
 * to the user function; out go Answers, and the function's own status when it fails. It keeps
 * nothing between calls, and never looks into a payload.
 */
@NullMarked
package io.cloudstate.proxy.entity.action;

import org.jspecify.annotations.NullMarked;
