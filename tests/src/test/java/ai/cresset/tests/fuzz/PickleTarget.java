package ai.cresset.tests.fuzz;

import ai.cresset.checkpoint.PyTorchFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Reads the input as the pickle of a PyTorch file with a few storages: checksums do not stand
 * between the fuzzer and the instructions.
 */
public final class PickleTarget {
  private static final FuzzedReader READER = new FuzzedReader(".pth");
  private static final int STORAGES = 3;
  private static final int STORAGE_BYTES = 64;

  private PickleTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    READER.readFile(
        archive(input),
        path -> {
          try (PyTorchFile file = PyTorchFile.read(path)) {
            if (file.root().toString().isEmpty()) {
              throw new IllegalStateException("a value without a text");
            }
          }
        });
  }

  private static byte[] archive(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "archive/data.pkl", pickle);
      for (int i = 0; i < STORAGES; i++) {
        store(zip, "archive/data/" + i, new byte[STORAGE_BYTES]);
      }
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
