/**
 * Reference models for a single device.
 *
 * <p>Not here: how a model is split or trained.
 */
@NullMarked
package ai.cresset.model;

import org.jspecify.annotations.NullMarked;
