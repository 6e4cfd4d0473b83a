/**
 * A model of clicks whose tables lie on parameter servers: its rows, its model, its objective.
 *
 * <p>Not here: feature columns, which are in {@code jobs.feature}; servers, which are in {@code
 * parallel.server}; the loop beside servers, which is in {@code jobs.train}.
 */
@NullMarked
package ai.cresset.jobs.workload.recommender;

import org.jspecify.annotations.NullMarked;
