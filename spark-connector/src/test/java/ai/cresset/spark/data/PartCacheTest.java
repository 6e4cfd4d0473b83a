package ai.cresset.spark.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.arrow.BatchBuffer;
import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.data.arrow.DirectorySource;
import ai.cresset.data.arrow.DirectoryWriter;
import ai.cresset.data.arrow.LocalPart;
import ai.cresset.data.arrow.Manifest;
import ai.cresset.data.arrow.PartSource;
import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class PartCacheTest {
  private static final int ROWS = 1000;

  @TempDir Path directory;
  private Path set;
  private Path disk;
  private Manifest manifest;

  /** A file system that is not the local one, as far as paths tell. */
  public static final class RemoteFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("remote:///");
    }

    @Override
    public String getScheme() {
      return "remote";
    }
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass(
        "fs.remote.impl", RemoteFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return configuration;
  }

  @BeforeEach
  void writeThreeParts() throws IOException {
    set = directory.resolve("set");
    disk = directory.resolve("disk");
    DatasetSchema schema = DatasetSchema.of(new Column("id", new ColumnType.Scalar(DType.INT64)));
    Allocator allocator = Allocator.current();
    try (DirectoryWriter writer = new DirectoryWriter(set, schema, allocator);
        BatchBuffer buffer = new BatchBuffer(schema, allocator, ROWS, 1 << 20)) {
      for (int part = 0; part < 3; part++) {
        if (part > 0) {
          writer.nextPart();
        }
        for (int i = 0; i < ROWS; i++) {
          NativeMemory.putLong(buffer.column(0).nextRows(1), (long) part * ROWS + i);
        }
        try (ColumnBatch batch = buffer.view()) {
          writer.append(batch);
        }
        buffer.clear();
      }
      manifest = writer.finish(Map.of());
    }
  }

  private PartSource remote(PartCache cache) {
    return HadoopPartSource.open("remote://" + set, configuration(), cache);
  }

  private long partBytes() {
    return manifest.parts().get(0).bytes();
  }

  private long filesOnDisk() throws IOException {
    try (var files = Files.list(disk)) {
      return files.count();
    }
  }

  @Test
  void remotePartsAreReadFromLocalCopies() throws IOException {
    try (DatasetReader reader = new DatasetReader(remote(new PartCache(disk, 1 << 20)))) {
      assertEquals("remote:" + set, reader.toString().replace("data set ", "").replace("//", ""));
      for (long row = 0; row < reader.rows(); row++) {
        assertEquals(row, NativeMemory.getLong(reader.address(0, row)));
      }
    }
    assertEquals(3, filesOnDisk());
  }

  @Test
  void localDataSetsAreUsedWhereTheyLie() {
    PartSource source =
        HadoopPartSource.open(
            set.toUri().toString(), configuration(), new PartCache(disk, 1 << 20));
    assertTrue(source instanceof DirectorySource);
  }

  @Test
  void unusedPartsMakeRoomAndUsedOnesStay() throws IOException {
    PartSource source = remote(new PartCache(disk, 2 * partBytes()));
    LocalPart first = source.acquire(manifest.parts().get(0));
    source.acquire(manifest.parts().get(1)).close();
    try (LocalPart third = source.acquire(manifest.parts().get(2))) {
      assertTrue(Files.exists(first.path()));
      assertTrue(Files.exists(third.path()));
      assertEquals(2, filesOnDisk());
      DataException full =
          assertThrows(DataException.class, () -> source.acquire(manifest.parts().get(1)).close());
      assertTrue(full.getMessage().contains("are in use, and part part-00001.arrow needs"));
    }
    first.close();
    source.acquire(manifest.parts().get(1)).close();
  }

  @Test
  void aPartThatChangedOnItsWayIsRefused() throws IOException {
    Path part = set.resolve(Manifest.partName(1));
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 1;
    Files.write(part, bytes);
    PartSource source = remote(new PartCache(disk, 1 << 20));
    DataException refused =
        assertThrows(DataException.class, () -> source.acquire(manifest.parts().get(1)).close());
    assertTrue(
        refused.getMessage().startsWith("part-00001.arrow: digest: the manifest says"),
        refused.getMessage());
    assertEquals(0, filesOnDisk());
  }
}
