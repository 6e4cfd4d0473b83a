/**
 * How two ends of a new channel prove to each other that they belong to the same attempt of the
 * same job, and the encryption of what follows.
 *
 * <p>Not here: where the secret comes from.
 */
@NullMarked
package ai.cresset.parallel.comm.handshake;

import org.jspecify.annotations.NullMarked;
