/**
 * Images from files: a decoder with bounds, folders of classes, and samples mixed with each other.
 *
 * <p>Not here: what happens to an image once it is a tensor ({@code data.transform}).
 */
@NullMarked
package ai.cresset.data.image;

import org.jspecify.annotations.NullMarked;
