/**
 * Where ranks stand and which part of each tensor they hold: the sizes of the axes, the coordinates
 * of a rank, groups along axes, and the boxes that tensors are cut into. All of it can be computed
 * for any rank of any layout without that rank being there.
 *
 * <p>Not here: what is done with the parts ({@code data}, {@code zero}), and how they travel
 * ({@code comm}).
 */
@NullMarked
package ai.cresset.parallel.mesh;

import org.jspecify.annotations.NullMarked;
