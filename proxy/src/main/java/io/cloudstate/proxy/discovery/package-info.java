/**
 * Asks the user function what it serves and turns the answer into a ServiceCatalog, immutable. In
 * comes the function's EntitySpec, out go the catalog or the list of its mistakes, reported to the
 * function. It never serves a call.
 *
 * <p>SpecReader does the reading, and is pure: version, then the files of the descriptor set
 * (DescriptorReader), then each entity (EntityReader, MethodReader, KeyFields), then what they may
 * not share (PersistenceIds). Mistakes has the words for all that can be wrong, Complaints keeps
 * them to a bearable size. Generated wire types end here: the catalog has none.
 */
@NullMarked
package io.cloudstate.proxy.discovery;

import org.jspecify.annotations.NullMarked;
