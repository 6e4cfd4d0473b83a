/**
 * Optimizers, one file each, over named tensors in parameter groups; gradient clipping; averages of
 * weights.
 *
 * <p>Not here: modules (an optimizer sees leaves with gradients, whatever they are part of), and
 * learning-rate schedules, which have a subpackage.
 */
@NullMarked
package ai.cresset.optim;

import org.jspecify.annotations.NullMarked;
