/**
 * What travels up and down the call path: payloads, metadata, outcomes and failures. Values only:
 * nothing here does I/O, holds state or knows a transport. The only place where failures are told
 * apart.
 */
@NullMarked
package io.cloudstate.proxy.call;

import org.jspecify.annotations.NullMarked;
