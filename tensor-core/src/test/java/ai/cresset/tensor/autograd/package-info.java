/** Tests of {@code ai.cresset.tensor.autograd}. */
@NullMarked
package ai.cresset.tensor.autograd;

import org.jspecify.annotations.NullMarked;
