/**
 * Figures of a run on their way to files that others read: CSV, JSON lines, TensorBoard's event
 * files, and a page with curves and samples.
 *
 * <p>Not here: what is measured and when (the training loop), and progress bars.
 */
@NullMarked
package ai.cresset.report;

import org.jspecify.annotations.NullMarked;
