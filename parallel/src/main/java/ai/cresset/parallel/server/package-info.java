/**
 * A parameter server sharded over processes, and embeddings whose rows live there: tables, the
 * optimizers that change their rows, clocks, requests over authenticated channels, snapshots.
 *
 * <p>Not here: how a training loop uses it ({@code strategy}), and where snapshots are kept ({@code
 * checkpoint}).
 */
@NullMarked
package ai.cresset.parallel.server;

import org.jspecify.annotations.NullMarked;
