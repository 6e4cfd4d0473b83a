@NullMarked
package ai.cresset.nn.recompute;

import org.jspecify.annotations.NullMarked;
