/** What the CUDA backend does on the host's side, without a GPU. */
@NullMarked
package ai.cresset.backend.cuda;

import org.jspecify.annotations.NullMarked;
