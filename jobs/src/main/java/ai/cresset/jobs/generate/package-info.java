/**
 * Data made by rule, of which it is known what can be learned from them: files in the formats that
 * recipes read.
 *
 * <p>Not here: reading them.
 */
@NullMarked
package ai.cresset.jobs.generate;

import org.jspecify.annotations.NullMarked;
