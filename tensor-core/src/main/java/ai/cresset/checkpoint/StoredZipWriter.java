package ai.cresset.checkpoint;

import ai.cresset.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a ZIP archive without compression whose entries begin at multiples of 64 bytes, so that a
 * reader may map them into memory: what Java's own writer cannot do. Entries and archives above 4
 * GiB have ZIP64 records.
 */
final class StoredZipWriter {
  static final int ALIGNMENT = 64;

  private static final int SEGMENT_BYTES = 1 << 30;
  private static final long LARGEST = 0xffffffffL;
  private static final int MAX_COUNT = 0xffff;
  private static final short VERSION = 45;
  private static final short UTF8_NAMES = 1 << 11;
  private static final short FIRST_DAY = 0x21;
  private static final short WIDE_EXTRA = 1;
  private static final short PADDING_EXTRA = 0x4246;
  private static final int LOCAL_BYTES = 30;
  private static final int WIDE_LOCAL_BYTES = 20;

  private final WritableByteChannel channel;
  private final List<Entry> entries = new ArrayList<>();
  private long position;

  StoredZipWriter(WritableByteChannel channel) {
    this.channel = channel;
  }

  private record Entry(byte[] name, long bytes, int checksum, long start) {}

  /** Adds an entry with the rest of a buffer. */
  void entry(String name, ByteBuffer content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content.duplicate());
    header(name, content.remaining(), (int) checksum.getValue());
    write(content);
  }

  /** Adds an entry with native memory of the host. */
  void entry(String name, long address, long bytes) throws IOException {
    CRC32 checksum = new CRC32();
    for (long done = 0; done < bytes; done += SEGMENT_BYTES) {
      checksum.update(segment(address, done, bytes));
    }
    header(name, bytes, (int) checksum.getValue());
    for (long done = 0; done < bytes; done += SEGMENT_BYTES) {
      write(segment(address, done, bytes));
    }
  }

  private static ByteBuffer segment(long address, long done, long bytes) {
    return NativeMemory.buffer(address + done, (int) Math.min(SEGMENT_BYTES, bytes - done));
  }

  private void header(String name, long bytes, int checksum) throws IOException {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    Entry entry = new Entry(utf8, bytes, checksum, position);
    entries.add(entry);
    boolean wide = bytes >= LARGEST;
    int before = LOCAL_BYTES + utf8.length + (wide ? WIDE_LOCAL_BYTES : 0) + 4;
    int padding = (int) (-(position + before) & (ALIGNMENT - 1));
    ByteBuffer header = little(before + padding);
    header.putInt(0x04034b50).putShort(VERSION);
    common(header, entry, wide);
    header.putShort((short) (before + padding - LOCAL_BYTES - utf8.length)).put(utf8);
    if (wide) {
      header.putShort(WIDE_EXTRA).putShort((short) 16).putLong(bytes).putLong(bytes);
    }
    header.putShort(PADDING_EXTRA).putShort((short) padding);
    while (header.hasRemaining()) {
      header.put((byte) 'Z');
    }
    write(header.flip());
  }

  /** What the header before an entry and the one in the directory have in common. */
  private static void common(ByteBuffer header, Entry entry, boolean wide) {
    int bytes = wide ? -1 : (int) entry.bytes();
    header.putShort(UTF8_NAMES).putShort((short) 0).putShort((short) 0).putShort(FIRST_DAY);
    header.putInt(entry.checksum()).putInt(bytes).putInt(bytes);
    header.putShort((short) entry.name().length);
  }

  /** Writes the directory. The channel stays open. */
  void finish() throws IOException {
    long start = position;
    for (Entry entry : entries) {
      boolean wide = entry.bytes() >= LARGEST || entry.start() >= LARGEST;
      ByteBuffer header = little(46 + entry.name().length + (wide ? 28 : 0));
      header.putInt(0x02014b50).putShort(VERSION).putShort(VERSION);
      common(header, entry, wide);
      header.putShort((short) (wide ? 28 : 0)).putShort((short) 0).putShort((short) 0);
      header.putShort((short) 0).putInt(0).putInt(wide ? -1 : (int) entry.start());
      header.put(entry.name());
      if (wide) {
        header.putShort(WIDE_EXTRA).putShort((short) 24);
        header.putLong(entry.bytes()).putLong(entry.bytes()).putLong(entry.start());
      }
      write(header.flip());
    }
    end(start, position - start);
  }

  private void end(long start, long bytes) throws IOException {
    boolean wide = start >= LARGEST || bytes >= LARGEST || entries.size() >= MAX_COUNT;
    if (wide) {
      long place = position;
      ByteBuffer end = little(56 + 20);
      end.putInt(0x06064b50).putLong(44).putShort(VERSION).putShort(VERSION).putInt(0).putInt(0);
      end.putLong(entries.size()).putLong(entries.size()).putLong(bytes).putLong(start);
      end.putInt(0x07064b50).putInt(0).putLong(place).putInt(1);
      write(end.flip());
    }
    short count = (short) (wide ? -1 : entries.size());
    ByteBuffer end = little(22);
    end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
    end.putInt(wide ? -1 : (int) bytes).putInt(wide ? -1 : (int) start).putShort((short) 0);
    write(end.flip());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(ByteBuffer content) throws IOException {
    position += content.remaining();
    while (content.hasRemaining()) {
      channel.write(content);
    }
  }
}
