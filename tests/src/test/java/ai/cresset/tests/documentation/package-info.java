/** What the documents show is run: their examples are compiled and must print what they say. */
@NullMarked
package ai.cresset.tests.documentation;

import org.jspecify.annotations.NullMarked;
