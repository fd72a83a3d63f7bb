/**
 * What was measured, for people and for programs. In come rows; out go a table, JSON lines and a
 * line about the machine. It never rounds what it has not to, and never invents what is missing.
 */
@NullMarked
package io.cloudstate.bench.report;

import org.jspecify.annotations.NullMarked;
