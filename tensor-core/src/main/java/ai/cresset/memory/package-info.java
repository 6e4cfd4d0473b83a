/**
 * Native memory with a visible owner: allocators over Arrow buffers, reference-counted {@code
 * Storage}, {@code Scope}, the leak detector, and the one door to raw addresses.
 *
 * <p>Not here: shapes and kernels. This is the only package that names {@code sun.misc.Unsafe}.
 */
@NullMarked
package ai.cresset.memory;

import org.jspecify.annotations.NullMarked;
