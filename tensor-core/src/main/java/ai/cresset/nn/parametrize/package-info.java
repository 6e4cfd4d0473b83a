/**
 * Parameters that are computed from others: weight norm, spectral norm.
 *
 * <p>Not here: how a module comes to a computed parameter, which {@code Module.parametrize} does.
 */
@NullMarked
package ai.cresset.nn.parametrize;

import org.jspecify.annotations.NullMarked;
