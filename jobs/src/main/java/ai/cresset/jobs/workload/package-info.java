/**
 * What a kind of recipe adds to training, its data and its model, and what several kinds share:
 * splits kept as Arrow files, losses and scores of classes, what people see of a model, how it is
 * told.
 *
 * <p>Not here: the kinds themselves, each in a package below; the workers' loop, the run's
 * directory and its reports, which are in {@code jobs.train}.
 */
@NullMarked
package ai.cresset.jobs.workload;

import org.jspecify.annotations.NullMarked;
