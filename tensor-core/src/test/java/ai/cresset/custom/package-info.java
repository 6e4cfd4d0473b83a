/**
 * Optimizers and schedules as users write them, outside of the library's packages and with nothing
 * but what is public.
 */
@NullMarked
package ai.cresset.custom;

import org.jspecify.annotations.NullMarked;
