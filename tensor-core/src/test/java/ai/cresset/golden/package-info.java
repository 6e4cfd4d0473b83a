/** Reads the golden cases that PyTorch computed. */
@NullMarked
package ai.cresset.golden;

import org.jspecify.annotations.NullMarked;
