/** Sharded models: who holds how much, what travels, and what is refused. */
@NullMarked
package ai.cresset.parallel.zero;

import org.jspecify.annotations.NullMarked;
