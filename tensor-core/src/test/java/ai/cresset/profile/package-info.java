/** Tests of {@code ai.cresset.profile}. */
@NullMarked
package ai.cresset.profile;

import org.jspecify.annotations.NullMarked;
