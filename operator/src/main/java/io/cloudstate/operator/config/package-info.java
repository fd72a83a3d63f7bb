/**
 * What the operator runs with. In come environment variables; out go settings as records, or all
 * that is wrong with the variables at once. Read once, at start; nothing else reads the
 * environment.
 */
@NullMarked
package io.cloudstate.operator.config;

import org.jspecify.annotations.NullMarked;
