/**
 * The CUDA backend: driver, run-time compiler and cuBLAS through JCuda, and our own kernels from
 * {@code src/main/cuda}. The only package that names JCuda.
 *
 * <p>Not here: what users call ({@code ai.cresset.cuda}); that one knows tensors, this one does
 * not.
 */
@NullMarked
package ai.cresset.backend.cuda;

import org.jspecify.annotations.NullMarked;
