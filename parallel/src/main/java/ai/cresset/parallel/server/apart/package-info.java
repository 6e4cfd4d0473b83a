/**
 * Parameter servers in processes of their own, which a launcher starts beside the workers: one that
 * is lost is started anew and goes on from its snapshot, while the workers wait.
 *
 * <p>Not here: what a server does ({@code server}), and what workers do with it ({@code strategy}).
 */
@NullMarked
package ai.cresset.parallel.server.apart;

import org.jspecify.annotations.NullMarked;
