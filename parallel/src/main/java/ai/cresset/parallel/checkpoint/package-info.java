/**
 * Checkpoints that every rank writes a part of: what a rank holds, who writes which part, and how a
 * checkpoint of one layout is loaded into another.
 *
 * <p>Not here: the directory, its claims and commits, and the format of the files ({@code
 * ai.cresset.checkpoint}); layouts themselves ({@code mesh}).
 */
@NullMarked
package ai.cresset.parallel.checkpoint;

import org.jspecify.annotations.NullMarked;
