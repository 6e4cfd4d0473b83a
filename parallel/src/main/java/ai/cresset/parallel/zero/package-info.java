/**
 * Training state cut over ranks (ZeRO; Rajbhandari et al. 2020): optimizer state, gradients and
 * parameters, one after the other. Parameters keep their names, shapes and identity; each is cut by
 * itself along its first dimension.
 *
 * <p>Not here: replicas ({@code data}), who stands where ({@code mesh}), the training loop ({@code
 * strategy} fills its seam).
 */
@NullMarked
package ai.cresset.parallel.zero;

import org.jspecify.annotations.NullMarked;
