/**
 * Strict reading of recipes: YAML files and {@code key=value} overrides become Java records, and
 * whatever does not fit is refused with the place, the key and the nearest name.
 *
 * <p>Not here: which settings exist. The records say that ({@code ai.cresset.jobs.recipe}).
 */
@NullMarked
package ai.cresset.jobs.config;

import org.jspecify.annotations.NullMarked;
