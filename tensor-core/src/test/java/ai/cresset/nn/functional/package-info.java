/** Tests of functions of tensors: layouts, and what they say to wrong arguments. */
@NullMarked
package ai.cresset.nn.functional;

import org.jspecify.annotations.NullMarked;
