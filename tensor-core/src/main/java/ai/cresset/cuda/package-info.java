/**
 * What users say about CUDA devices themselves: which there are, their memory, and kernels of their
 * own. Everything else about a device is a {@link ai.cresset.type.Device} given to tensors and
 * layers.
 *
 * <p>Not here: the backend.
 */
@NullMarked
package ai.cresset.cuda;

import org.jspecify.annotations.NullMarked;
