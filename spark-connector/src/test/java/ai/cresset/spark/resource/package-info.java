/** What tasks own. */
@NullMarked
package ai.cresset.spark.resource;

import org.jspecify.annotations.NullMarked;
