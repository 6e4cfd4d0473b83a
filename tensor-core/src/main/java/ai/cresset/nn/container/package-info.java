/**
 * Modules made of other modules: sequences, lists, dictionaries.
 *
 * <p>Not here: the module system itself.
 */
@NullMarked
package ai.cresset.nn.container;

import org.jspecify.annotations.NullMarked;
