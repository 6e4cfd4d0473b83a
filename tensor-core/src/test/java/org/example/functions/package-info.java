/** Differentiable functions as users of the library write them, outside of its packages. */
@NullMarked
package org.example.functions;

import org.jspecify.annotations.NullMarked;
