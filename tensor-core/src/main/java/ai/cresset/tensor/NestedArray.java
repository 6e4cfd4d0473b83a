package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads Java arrays of any rank and primitive type. */
final class NestedArray {
  private final Shape shape;

  private NestedArray(Shape shape) {
    this.shape = shape;
  }

  static Tensor copyOf(Object values) {
    if (values instanceof Tensor tensor) {
      return tensor.detachedClone();
    }
    if (!values.getClass().isArray()) {
      return scalar(values);
    }
    List<Long> sizes = new ArrayList<>();
    Class<?> type = values.getClass();
    @Nullable Object first = values;
    while (type.isArray()) {
      int length = first == null ? 0 : Array.getLength(first);
      sizes.add((long) length);
      type = type.getComponentType();
      first = length == 0 || !type.isArray() ? null : Array.get(first, 0);
    }
    DType dtype = dtype(type);
    Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    NestedArray array = new NestedArray(shape);
    array.check(values, 0, "");
    Tensor tensor = Tensor.empty(new Spec(shape, dtype, Device.CPU));
    array.write(values, 0, tensor.storage().address(), dtype);
    return tensor;
  }

  private static Tensor scalar(Object value) {
    DType dtype;
    double number = 0;
    if (value instanceof Boolean flag) {
      dtype = DType.BOOL;
      number = flag ? 1 : 0;
    } else if (value instanceof Long whole) {
      return Tensor.of(new long[] {whole}, new long[0]);
    } else if (value instanceof Number real) {
      dtype = boxed(real);
      number = real.doubleValue();
    } else {
      throw unsupported(value.getClass());
    }
    return Tensor.full(new Spec(Shape.scalar(), dtype, Device.CPU), number);
  }

  private static DType boxed(Number number) {
    if (number instanceof Float) {
      return DType.FLOAT32;
    } else if (number instanceof Double) {
      return DType.FLOAT64;
    } else if (number instanceof Integer) {
      return DType.INT32;
    } else if (number instanceof Short) {
      return DType.INT16;
    } else if (number instanceof Byte) {
      return DType.INT8;
    }
    throw unsupported(number.getClass());
  }

  private static DType dtype(Class<?> type) {
    return switch (type.getName()) {
      case "boolean" -> DType.BOOL;
      case "byte" -> DType.INT8;
      case "short" -> DType.INT16;
      case "int" -> DType.INT32;
      case "long" -> DType.INT64;
      case "float" -> DType.FLOAT32;
      case "double" -> DType.FLOAT64;
      default -> throw unsupported(type);
    };
  }

  private static DTypeException unsupported(Class<?> type) {
    return DTypeException.unsupported(
        "tensor", type.getSimpleName(), "boolean, byte, short, int, long, float and double");
  }

  private void check(@Nullable Object part, int dim, String place) {
    if (part == null || Array.getLength(part) != shape.size(dim)) {
      throw ShapeException.mismatch(
          "tensor",
          shape.size(dim) + " elements in each row of dim " + dim + ", as in the first one",
          (part == null ? "null" : Array.getLength(part)) + " at values" + place);
    }
    if (dim < shape.rank() - 1) {
      for (int i = 0; i < shape.size(dim); i++) {
        check(Array.get(part, i), dim + 1, place + "[" + i + "]");
      }
    }
  }

  private long write(Object part, int dim, long address, DType dtype) {
    int length = (int) shape.size(dim);
    if (dim < shape.rank() - 1) {
      long next = address;
      for (int i = 0; i < length; i++) {
        next = write(Array.get(part, i), dim + 1, next, dtype);
      }
      return next;
    }
    if (part instanceof boolean[] flags) {
      for (int i = 0; i < length; i++) {
        NativeMemory.putByte(address + i, (byte) (flags[i] ? 1 : 0));
      }
    } else if (part instanceof byte[] bytes) {
      NativeMemory.write(bytes, 0, address, length);
    } else if (part instanceof short[] shorts) {
      NativeMemory.write(shorts, 0, address, length);
    } else if (part instanceof int[] ints) {
      NativeMemory.write(ints, 0, address, length);
    } else if (part instanceof long[] longs) {
      NativeMemory.write(longs, 0, address, length);
    } else if (part instanceof float[] floats) {
      NativeMemory.write(floats, 0, address, length);
    } else if (part instanceof double[] doubles) {
      NativeMemory.write(doubles, 0, address, length);
    }
    return address + (long) length * dtype.bytes();
  }
}
