/**
 * Channels over TCP: non-blocking sockets that the calling thread drives itself.
 *
 * <p>Not here: event-loop threads. A hop to one costs more than a small message.
 */
@NullMarked
package ai.cresset.parallel.comm.tcp;

import org.jspecify.annotations.NullMarked;
