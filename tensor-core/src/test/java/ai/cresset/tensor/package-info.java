/** Tests of tensors, and the leak check that every module's tests use. */
@NullMarked
package ai.cresset.tensor;

import org.jspecify.annotations.NullMarked;
