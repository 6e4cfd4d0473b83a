/**
 * Figures of a run on their way to files that other tools read: CSV and TensorBoard's event files.
 *
 * <p>Not here: what is measured and when (the training loop), and progress bars.
 */
@NullMarked
package ai.cresset.report;

import org.jspecify.annotations.NullMarked;
