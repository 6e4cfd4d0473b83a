package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The ZIP archive of a PyTorch file: {@code data.pkl}, the storages {@code data/0}, {@code data/1},
 * ... and records about the format, all in one folder and none compressed. Storages are read when
 * they are first asked for, each once.
 */
final class PyTorchArchive implements AutoCloseable {
  private static final int MAX_PICKLE_BYTES = 1 << 28;
  private static final int MAX_RECORD_BYTES = 64;
  private static final int BLOCK_BYTES = 1 << 16;
  private static final String PICKLE = "data.pkl";
  private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc};
  private static final byte[] ZIP = {'P', 'K'};

  private final Path path;
  private final ZipFile zip;
  private final long fileBytes;
  private final Map<String, ZipEntry> entries = new HashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();
  private long readBytes;

  private PyTorchArchive(Path path, ZipFile zip, long fileBytes) {
    this.path = path;
    this.zip = zip;
    this.fileBytes = fileBytes;
    List<? extends ZipEntry> all = Collections.list(zip.entries());
    List<String> folders =
        all.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .toList();
    if (folders.size() != 1) {
      throw CheckpointException.because(
          path
              + ": expected one entry data.pkl as torch.save writes it, found "
              + folders.size()
              + "; was this ZIP archive written by torch.save?");
    }
    String folder = folders.get(0);
    for (ZipEntry entry : all) {
      if (entry.getName().startsWith(folder)) {
        entries.put(entry.getName().substring(folder.length()), entry);
      }
    }
    if (entries.containsKey("constants.pkl")) {
      throw CheckpointException.because(
          path
              + ": it is a TorchScript archive, which holds code. In Python, save its state instead:"
              + " torch.save(torch.jit.load(path).state_dict(), path)");
    }
  }

  static PyTorchArchive open(Path path) {
    try {
      checkStart(path);
      ZipFile zip = new ZipFile(path.toFile());
      boolean done = false;
      try {
        PyTorchArchive archive = new PyTorchArchive(path, zip, Files.size(path));
        done = true;
        return archive;
      } finally {
        if (!done) {
          zip.close();
        }
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw CheckpointException.corrupt(path, "archive", e);
    } catch (IOException e) {
      throw CheckpointException.failed("open", path, e);
    }
  }

  private static void checkStart(Path path) throws IOException {
    byte[] start;
    try (InputStream stream = Files.newInputStream(path)) {
      start = stream.readNBytes(LEGACY.length);
    }
    if (Arrays.equals(start, LEGACY)) {
      throw CheckpointException.because(
          path
              + ": it has the format of PyTorch before 1.6, which is not read here. Write it again"
              + " with a newer one: torch.save(torch.load(path, weights_only=True), path)");
    }
    if (start.length < ZIP.length || start[0] != ZIP[0] || start[1] != ZIP[1]) {
      throw CheckpointException.because(
          path
              + ": it is no ZIP archive as torch.save writes it; if it is a safetensors file, open it"
              + " with SafetensorsFile");
    }
  }

  byte[] pickle() {
    return bytes(PICKLE, MAX_PICKLE_BYTES);
  }

  private byte[] bytes(String name, int most) {
    ZipEntry entry = entry(name);
    long size = size(name, entry);
    if (size > most) {
      throw CheckpointException.corrupt(
          path, name, "it has " + size + " bytes, expected at most " + most);
    }
    try (InputStream stream = zip.getInputStream(entry)) {
      byte[] bytes = stream.readNBytes((int) size);
      if (bytes.length < size) {
        throw CheckpointException.corrupt(path, name, "the file ends within it");
      }
      return bytes;
    } catch (ZipException e) {
      throw CheckpointException.corrupt(path, name, e);
    } catch (IOException e) {
      throw CheckpointException.failed("read " + name + " of", path, e);
    }
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw CheckpointException.corrupt(path, name, "there is no such entry");
    }
    return entry;
  }

  /** The bytes of an entry; all that are read together are no more than the file has. */
  private long size(String name, ZipEntry entry) {
    long size = entry.getSize();
    if (entry.getMethod() != ZipEntry.STORED || size != entry.getCompressedSize() || size < 0) {
      throw CheckpointException.because(
          path
              + ": "
              + name
              + " is compressed, which torch.save never does; pack the archive again without"
              + " compression: zip -0");
    }
    if (size > fileBytes - readBytes) {
      throw CheckpointException.corrupt(
          path, name, "it has " + size + " bytes, more than are left of the file's " + fileBytes);
    }
    readBytes += size;
    return size;
  }

  /** Whether the elements have this machine's order. */
  private boolean isSwapped() {
    if (!entries.containsKey("byteorder")) { // files of PyTorch before 2.0
      return false;
    }
    String order = new String(bytes("byteorder", MAX_RECORD_BYTES), StandardCharsets.UTF_8).strip();
    if (!order.equals("little") && !order.equals("big")) {
      throw CheckpointException.corrupt(
          path, "byteorder", "it is '" + order + "', expected little or big");
    }
    return order.equals("big");
  }

  /**
   * A storage of the file, which this owns.
   *
   * @param bytes that its user expects
   * @param width bytes of an element
   */
  Storage storage(String key, long bytes, int width) {
    Storage known = storages.get(key);
    if (known == null) {
      String name = "data/" + key;
      ZipEntry entry = entry(name);
      known = Allocator.current().allocate(size(name, entry));
      storages.put(key, known);
      fill(name, entry, known, isSwapped() ? width : 1);
    }
    if (known.bytes() < bytes) {
      throw CheckpointException.corrupt(
          path, "data/" + key, "it has " + known.bytes() + " bytes, expected " + bytes);
    }
    return known;
  }

  private void fill(String name, ZipEntry entry, Storage into, int swappedWidth) {
    byte[] block = new byte[BLOCK_BYTES];
    long left = entry.getSize();
    long to = into.address();
    try (InputStream stream = zip.getInputStream(entry)) {
      while (left > 0) {
        int part = (int) Math.min(BLOCK_BYTES, left);
        if (stream.readNBytes(block, 0, part) < part) {
          throw CheckpointException.corrupt(path, name, "the file ends within it");
        }
        if (swappedWidth > 1) {
          swap(block, part, swappedWidth);
        }
        NativeMemory.write(block, 0, to, part);
        to += part;
        left -= part;
      }
    } catch (ZipException e) {
      throw CheckpointException.corrupt(path, name, e);
    } catch (IOException e) {
      throw CheckpointException.failed("read " + name + " of", path, e);
    }
  }

  private static void swap(byte[] block, int count, int width) {
    for (int at = 0; at + width <= count; at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = block[at + i];
        block[at + i] = block[at + width - 1 - i];
        block[at + width - 1 - i] = low;
      }
    }
  }

  /** Closes the archive and gives up its storages, which live on in tensors that view them. */
  @Override
  public void close() {
    storages.values().forEach(Storage::release);
    storages.clear();
    try {
      zip.close();
    } catch (IOException e) {
      throw CheckpointException.failed("close", path, e);
    }
  }
}
