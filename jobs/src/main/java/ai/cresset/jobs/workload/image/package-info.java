/**
 * A classifier of images: augmentation in the executors, the model, its pretrained weights.
 *
 * <p>Not here: how files become a DataFrame of images, which is in {@code jobs.image}.
 */
@NullMarked
package ai.cresset.jobs.workload.image;

import org.jspecify.annotations.NullMarked;
