/**
 * Pure values that describe tensors: {@code DType}, {@code Shape}, {@code Strides}, {@code Device}.
 *
 * <p>Not here: anything that owns memory or computes on elements.
 */
@NullMarked
package ai.cresset.type;

import org.jspecify.annotations.NullMarked;
