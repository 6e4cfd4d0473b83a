/**
 * What brings models and files together: the models that a file may hold as a whole.
 *
 * <p>Not here: models, and how files are read and written.
 */
@NullMarked
package ai.cresset.hub;

import org.jspecify.annotations.NullMarked;
