/**
 * What people start: the command line with its subcommands, and how errors reach them.
 *
 * <p>Not here: the settings ({@code config}, {@code recipe}) and the work itself ({@code train}).
 */
@NullMarked
package ai.cresset.jobs;

import org.jspecify.annotations.NullMarked;
