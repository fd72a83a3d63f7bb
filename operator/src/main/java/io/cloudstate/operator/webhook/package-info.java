/**
 * The proxy for pods that ask for it by a label. In come AdmissionReviews by TLS; out go patches,
 * or refusals that name annotation or field and what was expected. It writes nothing to the
 * cluster, and answers the same for a dry run.
 */
@NullMarked
package io.cloudstate.operator.webhook;

import org.jspecify.annotations.NullMarked;
