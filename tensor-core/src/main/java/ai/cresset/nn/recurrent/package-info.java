/**
 * Recurrent layers over whole sequences, and their cells, which make one step.
 *
 * <p>Not here: models made of them.
 */
@NullMarked
package ai.cresset.nn.recurrent;

import org.jspecify.annotations.NullMarked;
