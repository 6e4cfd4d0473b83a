/**
 * DJL's PyTorch engine on the workloads of {@code tests/bench.sh train}: a peer to measure beside.
 *
 * <p>Nothing of Cresset is used here, and nothing of Cresset uses this but the benchmark, which
 * starts it as a process of its own.
 */
@NullMarked
package ai.cresset.peer.djl;

import org.jspecify.annotations.NullMarked;
