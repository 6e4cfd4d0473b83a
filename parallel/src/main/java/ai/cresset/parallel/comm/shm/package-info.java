/**
 * Channels between processes of one host: a ring of bytes in each direction, in a file of {@code
 * /dev/shm} that both map and nobody else can open.
 *
 * <p>Not here: who may connect (handshake), which ranks connect so (the endpoint).
 */
@NullMarked
package ai.cresset.parallel.comm.shm;

import org.jspecify.annotations.NullMarked;
