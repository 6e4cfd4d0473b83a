/**
 * Data parallelism: every rank holds the whole model and a share of the batch; gradients are summed
 * in buckets while the backward pass still runs.
 *
 * <p>Not here: sharded parameters ({@code zero}), the training loop ({@code strategy} fills its
 * seam).
 */
@NullMarked
package ai.cresset.parallel.data;

import org.jspecify.annotations.NullMarked;
