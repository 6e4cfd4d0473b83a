/**
 * Ranks along the mesh axis {@code sequence} share the positions of sequences that are too long for
 * one: how positions are divided, and attention over ranks, by a ring or by exchanging heads.
 *
 * <p>Not here: activations that ranks which share layers divide meanwhile ({@code tensor}).
 */
@NullMarked
package ai.cresset.parallel.sequence;

import org.jspecify.annotations.NullMarked;
