package ai.cresset.memory;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.util.MemoryUtil;
import sun.misc.Unsafe;

/**
 * The one door to raw addresses. Callers own the bounds: an address outside of a live {@link
 * Storage} crashes the process, so kernels check shapes before they come here.
 *
 * <p>Bulk copies between native memory and Java arrays are what fast kernels use: loops over raw
 * addresses do not vectorise on JDK 17.
 */
public final class NativeMemory {
  private static final Unsafe UNSAFE = unsafe();
  private static final long BYTES = Unsafe.ARRAY_BYTE_BASE_OFFSET;
  private static final long SHORTS = Unsafe.ARRAY_SHORT_BASE_OFFSET;
  private static final long INTS = Unsafe.ARRAY_INT_BASE_OFFSET;
  private static final long LONGS = Unsafe.ARRAY_LONG_BASE_OFFSET;
  private static final long FLOATS = Unsafe.ARRAY_FLOAT_BASE_OFFSET;
  private static final long DOUBLES = Unsafe.ARRAY_DOUBLE_BASE_OFFSET;

  private static final long BUFFER_ADDRESS = bufferAddress();

  private NativeMemory() {}

  private static long bufferAddress() {
    try {
      return UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address"));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static long allocate(long bytes) {
    return UNSAFE.allocateMemory(bytes);
  }

  static void free(long address) {
    UNSAFE.freeMemory(address);
  }

  /** Unmaps or frees the memory of a direct buffer, which nobody may use afterwards. */
  static void free(ByteBuffer direct) {
    UNSAFE.invokeCleaner(direct);
  }

  /**
   * The bytes from {@code address} on as a direct buffer, for channels. It does not keep the memory
   * alive.
   */
  public static ByteBuffer buffer(long address, int bytes) {
    return MemoryUtil.directBuffer(address, bytes);
  }

  /** The address of the first element of a direct buffer, whatever its position. */
  public static long address(Buffer direct) {
    return UNSAFE.getLong(direct, BUFFER_ADDRESS);
  }

  public static void fill(long address, long bytes, byte value) {
    UNSAFE.setMemory(address, bytes, value);
  }

  public static void copy(long from, long to, long bytes) {
    UNSAFE.copyMemory(from, to, bytes);
  }

  public static void read(long from, byte[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, BYTES + start, count);
  }

  public static void write(byte[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, BYTES + start, null, to, count);
  }

  public static void read(long from, short[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, SHORTS + 2L * start, 2L * count);
  }

  public static void write(short[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, SHORTS + 2L * start, null, to, 2L * count);
  }

  public static void read(long from, int[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, INTS + 4L * start, 4L * count);
  }

  public static void write(int[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, INTS + 4L * start, null, to, 4L * count);
  }

  public static void read(long from, long[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, LONGS + 8L * start, 8L * count);
  }

  public static void write(long[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, LONGS + 8L * start, null, to, 8L * count);
  }

  public static void read(long from, float[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, FLOATS + 4L * start, 4L * count);
  }

  public static void write(float[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, FLOATS + 4L * start, null, to, 4L * count);
  }

  public static void read(long from, double[] to, int start, int count) {
    UNSAFE.copyMemory(null, from, to, DOUBLES + 8L * start, 8L * count);
  }

  public static void write(double[] from, int start, long to, int count) {
    UNSAFE.copyMemory(from, DOUBLES + 8L * start, null, to, 8L * count);
  }

  public static byte getByte(long address) {
    return UNSAFE.getByte(address);
  }

  public static void putByte(long address, byte value) {
    UNSAFE.putByte(address, value);
  }

  public static short getShort(long address) {
    return UNSAFE.getShort(address);
  }

  public static void putShort(long address, short value) {
    UNSAFE.putShort(address, value);
  }

  public static int getInt(long address) {
    return UNSAFE.getInt(address);
  }

  public static void putInt(long address, int value) {
    UNSAFE.putInt(address, value);
  }

  public static long getLong(long address) {
    return UNSAFE.getLong(address);
  }

  public static void putLong(long address, long value) {
    UNSAFE.putLong(address, value);
  }

  public static float getFloat(long address) {
    return UNSAFE.getFloat(address);
  }

  public static void putFloat(long address, float value) {
    UNSAFE.putFloat(address, value);
  }

  public static double getDouble(long address) {
    return UNSAFE.getDouble(address);
  }

  public static void putDouble(long address, double value) {
    UNSAFE.putDouble(address, value);
  }
}
