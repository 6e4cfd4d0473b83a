/** Tests of ranks that share sequences, and of all ways to divide layers together. */
@NullMarked
package ai.cresset.parallel.sequence;

import org.jspecify.annotations.NullMarked;
