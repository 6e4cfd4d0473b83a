/**
 * Autoencoders, VAEs and GANs of images: their objectives, what people see of them, and the images
 * that they make when they are trained.
 *
 * <p>Not here: how files become a DataFrame of images, which is in {@code jobs.image}, and the
 * networks, which are in {@code model}.
 */
@NullMarked
package ai.cresset.jobs.workload.generative;

import org.jspecify.annotations.NullMarked;
