/**
 * The webhook's certificate. In come the Secret or the files in which it is kept, and the time; out
 * go keys to serve with, and the authority's certificate for those who call. Ciphers and signatures
 * are the JDK's; private keys are never logged.
 */
@NullMarked
package io.cloudstate.operator.certificates;

import org.jspecify.annotations.NullMarked;
