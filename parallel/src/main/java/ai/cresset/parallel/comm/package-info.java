/**
 * Process groups: transports, handshakes, collectives and their algorithms, deadlines and the
 * recorder.
 *
 * <p>Not here: models and gradients. Collectives see storage, counts and types only.
 */
@NullMarked
package ai.cresset.parallel.comm;

import org.jspecify.annotations.NullMarked;
