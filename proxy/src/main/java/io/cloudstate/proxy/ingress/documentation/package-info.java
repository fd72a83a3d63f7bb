/**
 * The page on which the services are described and their methods may be called. In come requests
 * for what is below {@code /docs} and is no call, out go Armeria's page and what it says of the
 * current catalog. It never calls a method: its forms send calls by HTTP and JSON, which {@code
 * transcoding} takes.
 */
@NullMarked
package io.cloudstate.proxy.ingress.documentation;

import org.jspecify.annotations.NullMarked;
