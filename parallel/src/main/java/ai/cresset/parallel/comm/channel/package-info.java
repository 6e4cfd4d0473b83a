/**
 * The contract of a byte stream between two ranks and of what waits for it: channels, transports,
 * pollers, deadlines.
 *
 * <p>Not here: who may connect (handshake), what the bytes mean (collectives).
 */
@NullMarked
package ai.cresset.parallel.comm.channel;

import org.jspecify.annotations.NullMarked;
