/**
 * The exception family. Every error the library raises is one of these, made by a named factory
 * whose text says what was expected, what came and what to change.
 *
 * <p>Not here: logging, recovery, exit codes.
 */
@NullMarked
package ai.cresset.error;

import org.jspecify.annotations.NullMarked;
