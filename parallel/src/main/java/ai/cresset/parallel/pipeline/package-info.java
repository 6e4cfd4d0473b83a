/**
 * Pipeline parallelism: a model cut into stages, each on a rank, with micro-batches on their way
 * through them. The orders themselves are in {@code schedule}.
 *
 * <p>Not here: how pipelines combine with other axes ({@code strategy}).
 */
@NullMarked
package ai.cresset.parallel.pipeline;

import org.jspecify.annotations.NullMarked;
