/**
 * Modules: parameters with names, the tree they form, its state, and how a forward pass is called.
 *
 * <p>Layers, losses and initialisation stand in subpackages, which import this one, never the
 * reverse. Not here: optimizers, files, whole models.
 */
@NullMarked
package ai.cresset.nn;

import org.jspecify.annotations.NullMarked;
