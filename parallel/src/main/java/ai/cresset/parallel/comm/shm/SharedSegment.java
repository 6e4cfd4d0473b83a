package ai.cresset.parallel.comm.shm;

import ai.cresset.memory.FileMapping;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The memory of one pair of ranks: tokens by which they know it is the same, and a ring in each
 * direction.
 *
 * <pre>
 *   0      token of the maker, token of the guest, 32 bytes each
 *   128    ring from the maker to the guest: positions and flags
 *   512    ring from the guest to the maker
 *   4096   bytes of the first ring, then those of the second
 * </pre>
 */
final class SharedSegment implements AutoCloseable {
  static final int TOKEN_BYTES = 32;

  private static final int DATA = 4096;
  private static final int FIRST_HEADER = 128;
  private static final int SECOND_HEADER = 512;

  private final Storage memory;
  private final ByteBuffer buffer;
  private final int ringBytes;

  private SharedSegment(Storage memory, int ringBytes) {
    this.memory = memory;
    this.ringBytes = ringBytes;
    this.buffer = NativeMemory.buffer(memory.address(), (int) memory.bytes());
  }

  private static long bytes(int ringBytes) {
    return DATA + 2L * ringBytes;
  }

  /** A new file for {@link #map}. */
  static Path create(int ringBytes) throws IOException {
    return SharedFile.create(bytes(ringBytes));
  }

  /** Maps what {@link #create} made, here or in a peer. */
  static SharedSegment map(Path file, int ringBytes) throws IOException {
    try (FileMapping mapping = SharedFile.open(file, bytes(ringBytes))) {
      return new SharedSegment(mapping.map(0, bytes(ringBytes)), ringBytes);
    }
  }

  void putToken(boolean maker, byte[] token) {
    buffer.put(maker ? 0 : TOKEN_BYTES, token);
  }

  byte[] token(boolean maker) {
    byte[] token = new byte[TOKEN_BYTES];
    buffer.get(maker ? 0 : TOKEN_BYTES, token);
    return token;
  }

  /** The ring that the maker writes, or the one that the guest writes. */
  ByteRing ring(boolean ofMaker) {
    return new ByteRing(
        buffer,
        ofMaker ? FIRST_HEADER : SECOND_HEADER,
        ofMaker ? DATA : DATA + ringBytes,
        ringBytes);
  }

  /** Unmaps it. Nobody may use a ring of it afterwards. */
  @Override
  public void close() {
    memory.release();
  }
}
