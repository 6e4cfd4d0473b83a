/** Every way to train with several ranks against one, and against each other. */
@NullMarked
package ai.cresset.parallel.strategy;

import org.jspecify.annotations.NullMarked;
