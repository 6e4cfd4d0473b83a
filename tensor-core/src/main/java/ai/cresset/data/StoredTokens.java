package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;

/** Tokens in one block of native memory, which may be a mapped file. */
public final class StoredTokens implements TokenStream {
  private final Storage storage;
  private final long offsetBytes;
  private final TokenType type;
  private final long length;
  private final String fingerprint;

  private StoredTokens(
      Storage storage, long offsetBytes, TokenType type, long length, String fingerprint) {
    this.storage = storage;
    this.offsetBytes = offsetBytes;
    this.type = type;
    this.length = length;
    this.fingerprint = fingerprint;
  }

  /**
   * Tokens that lie in {@code storage}, which is retained.
   *
   * @param offsetBytes where the first one is
   * @param length how many there are
   * @param fingerprint what tells them from others, such as the digest of their file
   */
  public static StoredTokens over(
      Storage storage, long offsetBytes, TokenType type, long length, String fingerprint) {
    if (offsetBytes < 0 || length < 0 || length > (storage.bytes() - offsetBytes) / type.bytes()) {
      throw DataException.because(
          length
              + " tokens of "
              + type.bytes()
              + " bytes at byte "
              + offsetBytes
              + " do not fit in "
              + storage);
    }
    return new StoredTokens(storage.retain(), offsetBytes, type, length, fingerprint);
  }

  /** A copy of tokens in native memory. */
  public static StoredTokens copyOf(int[] tokens, TokenType type) {
    Storage storage = Allocator.current().allocate((long) tokens.length * type.bytes());
    long address = storage.address();
    for (int i = 0; i < tokens.length; i++) {
      switch (type) {
        case UINT8 -> NativeMemory.putByte(address + i, (byte) tokens[i]);
        case UINT16 -> NativeMemory.putShort(address + 2L * i, (short) tokens[i]);
        case INT32 -> NativeMemory.putInt(address + 4L * i, tokens[i]);
      }
    }
    String fingerprint =
        new Fingerprint().add(type.name()).add(address, (long) tokens.length * type.bytes()).hex();
    return new StoredTokens(storage, 0, type, tokens.length, fingerprint);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long offset, long[] to, int start, int count) {
    if (offset < 0 || count < 0 || offset > length - count) {
      throw DataException.because(
          count + " tokens at " + offset + " of a stream of " + length + " tokens");
    }
    type.read(storage.address() + offsetBytes + offset * type.bytes(), to, start, count);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    storage.release();
  }
}
