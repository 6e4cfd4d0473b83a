/** Tests of {@code ai.cresset.tensor.op}. */
@NullMarked
package ai.cresset.tensor.op;

import org.jspecify.annotations.NullMarked;
