/**
 * Readers of files and texts from elsewhere, given what nobody would write on purpose. A reader
 * must end with a value or with one of {@code ai.cresset.error}, whatever it is given, within the
 * memory it was granted. Tests of what readers make of good input live beside them.
 */
@NullMarked
package ai.cresset.tests.fuzz;

import org.jspecify.annotations.NullMarked;
