/**
 * Kernels over Java arrays in the Vector API; the only importer of {@code jdk.incubator.vector}.
 *
 * <p>Not here: native memory, strides, threads. Compiled apart from the rest, because naming an
 * incubator module is a warning that cannot be switched off.
 */
@NullMarked
package ai.cresset.backend.cpu.vector;

import org.jspecify.annotations.NullMarked;
