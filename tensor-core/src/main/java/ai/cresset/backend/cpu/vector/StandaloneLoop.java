package ai.cresset.backend.cpu.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A loop over vectors that is compiled by itself. The compiler sees a vector operation as hundreds
 * of nodes and stops inlining at a fixed number of them; vectors that cross a call it did not
 * inline are put on the heap, and the loop runs a hundred times slower. So loops must not be
 * inlined into their callers, where several of them would meet: they are called through a handle
 * that is no constant, which the compiler cannot look through.
 */
final class StandaloneLoop {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final MethodHandle handle;

  private StandaloneLoop(MethodHandle handle) {
    this.handle = handle;
  }

  /** A static method of this package. */
  static StandaloneLoop of(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    try {
      return new StandaloneLoop(
          LOOKUP.findStatic(owner, name, MethodType.methodType(result, parameters)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A method of {@code (float[] x, float[] out, int count)}. */
  static StandaloneLoop unary(Class<?> owner, String name) {
    return of(owner, name, int.class, float[].class, float[].class, int.class);
  }

  /** A method of {@code (float[] a, float[] b, float[] out, int count)}. */
  static StandaloneLoop binary(Class<?> owner, String name) {
    return of(owner, name, int.class, float[].class, float[].class, float[].class, int.class);
  }

  /** A method of {@code (float[] a, float b, float[] out, int count)}. */
  static StandaloneLoop uniform(Class<?> owner, String name) {
    return of(owner, name, int.class, float[].class, float.class, float[].class, int.class);
  }

  /** A method of {@link TileVectors}. */
  static StandaloneLoop tiles(String name) {
    return of(
        TileVectors.class,
        name,
        int.class,
        float[].class,
        int.class,
        float[].class,
        int.class,
        int.class,
        int.class);
  }

  int tiles(float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    try {
      return (int) handle.invokeExact(from, fromStep, to, toStep, tiles, channels);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  int run(float[] x, float[] out, int count) {
    try {
      return (int) handle.invokeExact(x, out, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  int run(float[] a, float[] b, float[] out, int count) {
    try {
      return (int) handle.invokeExact(a, b, out, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  int run(float[] a, float[] b, float[] c, float[] out, int count) {
    try {
      return (int) handle.invokeExact(a, b, c, out, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  int run(float[] a, float[] b, float[] c, float[] d, float[] out, int count) {
    try {
      return (int) handle.invokeExact(a, b, c, d, out, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  int run(float[] a, float b, float[] out, int count) {
    try {
      return (int) handle.invokeExact(a, b, out, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  float fold(float[] x, int at, int count, float scale, float shift) {
    try {
      return (float) handle.invokeExact(x, at, count, scale, shift);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static RuntimeException failed(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }
}
