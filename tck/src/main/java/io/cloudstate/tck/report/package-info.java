/**
 * What a run showed, for readers. In come results; out go text, JUnit's XML and one HTML page. It
 * decides nothing.
 */
@NullMarked
package io.cloudstate.tck.report;

import org.jspecify.annotations.NullMarked;
