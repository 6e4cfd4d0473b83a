package ai.cresset.data;

import ai.cresset.error.DTypeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;

/** How tokens are stored: as few bytes as the vocabulary needs, little-endian. */
public enum TokenType {
  UINT8(1) {
    @Override
    void read(long address, long[] to, int start, int count) {
      byte[] stored = new byte[count];
      NativeMemory.read(address, stored, 0, count);
      for (int i = 0; i < count; i++) {
        to[start + i] = stored[i] & 0xff;
      }
    }
  },
  UINT16(2) {
    @Override
    void read(long address, long[] to, int start, int count) {
      short[] stored = new short[count];
      NativeMemory.read(address, stored, 0, count);
      for (int i = 0; i < count; i++) {
        to[start + i] = stored[i] & 0xffff;
      }
    }
  },
  INT32(4) {
    @Override
    void read(long address, long[] to, int start, int count) {
      int[] stored = new int[count];
      NativeMemory.read(address, stored, 0, count);
      for (int i = 0; i < count; i++) {
        to[start + i] = stored[i];
      }
    }
  };

  private final int bytes;

  TokenType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a token. */
  public int bytes() {
    return bytes;
  }

  /** Widens stored tokens. */
  abstract void read(long address, long[] to, int start, int count);

  /** The type that stores tokens {@code 0 .. vocabularySize - 1} in the fewest bytes. */
  public static TokenType forVocabulary(long vocabularySize) {
    return vocabularySize <= 1 << 8 ? UINT8 : vocabularySize <= 1 << 16 ? UINT16 : INT32;
  }

  /** The type of tokens in a column or tensor; int16 is read as unsigned. */
  public static TokenType of(DType dtype) {
    return switch (dtype) {
      case UINT8 -> UINT8;
      case INT16 -> UINT16;
      case INT32 -> INT32;
      default -> throw DTypeException.unsupported("tokens", dtype, "uint8, int16, int32");
    };
  }
}
