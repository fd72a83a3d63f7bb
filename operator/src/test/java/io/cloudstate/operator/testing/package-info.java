/** What tests of several packages use. */
@NullMarked
package io.cloudstate.operator.testing;

import org.jspecify.annotations.NullMarked;
