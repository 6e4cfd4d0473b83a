package ai.cresset.backend.cuda;

import ai.cresset.memory.NativeMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call at a time, as the driver wants them: a table of pointers, and what they
 * point to. Each thread has one, used again for every call.
 */
final class ArgumentTable {
  private static final int MAX_ARGUMENTS = 64;
  private static final int ARGUMENT_BYTES = 4096;
  private static final ThreadLocal<ArgumentTable> OWN = ThreadLocal.withInitial(ArgumentTable::new);

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(MAX_ARGUMENTS * Long.BYTES + ARGUMENT_BYTES);
  private final long start = NativeMemory.address(memory);
  private final long end = start + memory.capacity();
  private final HostAddress address = new HostAddress(start);
  private final int[] sizes = new int[MAX_ARGUMENTS];
  private @Nullable Launch owner;
  private long next;
  private int count;

  /** This thread's table, empty, for a call that begins. */
  static ArgumentTable begin(Launch owner) {
    ArgumentTable table = OWN.get();
    table.owner = owner;
    table.count = 0;
    table.next = table.start + (long) MAX_ARGUMENTS * Long.BYTES;
    return table;
  }

  /** Room for the next argument. */
  long add(Launch launch, int bytes) {
    check(launch);
    long at = (next + 7) & -8;
    if (count == MAX_ARGUMENTS || at + bytes > end) {
      throw new IllegalStateException("too many arguments for " + launch.name());
    }
    sizes[count] = bytes;
    NativeMemory.putLong(start + (long) count++ * Long.BYTES, at);
    next = at + bytes;
    return at;
  }

  /** Two calls of a thread cannot be prepared at once. */
  void check(Launch launch) {
    if (owner != launch) {
      throw new IllegalStateException(
          "the call of "
              + launch.name()
              + " was not run before "
              + (owner == null ? "it was used again" : "that of " + owner.name() + " began"));
    }
  }

  HostAddress address() {
    return address;
  }

  /** The arguments as text, for errors: numbers of 4 and 8 bytes in hexadecimal. */
  String describe() {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < count; i++) {
      long at = NativeMemory.getLong(start + (long) i * Long.BYTES);
      text.append(i == 0 ? "" : ", ");
      switch (sizes[i]) {
        case Integer.BYTES ->
            text.append("0x").append(Integer.toHexString(NativeMemory.getInt(at)));
        case Long.BYTES -> text.append("0x").append(Long.toHexString(NativeMemory.getLong(at)));
        default -> text.append(sizes[i]).append(" bytes");
      }
    }
    return text.append(')').toString();
  }
}
