/** What tests and measurements of several modules need. */
@NullMarked
package io.cloudstate.testing;

import org.jspecify.annotations.NullMarked;
