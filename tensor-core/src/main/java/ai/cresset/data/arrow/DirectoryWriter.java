package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a data set into a local directory: parts one after another, the manifest last. */
public final class DirectoryWriter implements AutoCloseable {
  private final Path directory;
  private final DatasetSchema schema;
  private final Allocator allocator;
  private final List<Manifest.Part> parts = new ArrayList<>();
  private PartWriter part;

  /**
   * Begins a data set.
   *
   * @param directory new or empty
   */
  public DirectoryWriter(Path directory, DatasetSchema schema, Allocator allocator)
      throws IOException {
    this.directory = directory;
    this.schema = schema;
    this.allocator = allocator;
    Files.createDirectories(directory);
    try (var entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw DataException.because(directory + " is not empty; name a new directory");
      }
    }
    this.part = open();
  }

  private PartWriter open() throws IOException {
    String name = Manifest.partName(parts.size());
    return new PartWriter(name, Files.newOutputStream(directory.resolve(name)), schema, allocator);
  }

  /** Appends the rows of {@code batch}, which stays with the caller. */
  public void append(ColumnBatch batch) throws IOException {
    part.append(batch);
  }

  /** Ends this part and begins the next. */
  public void nextPart() throws IOException {
    parts.add(part.finish());
    part = open();
  }

  /** Ends the last part and writes the manifest. */
  public Manifest finish(Map<String, String> properties) throws IOException {
    parts.add(part.finish());
    Manifest manifest = Manifest.of(schema, parts, properties);
    Path temporary = directory.resolve("." + Manifest.FILE_NAME);
    Files.write(temporary, manifest.toJson());
    Files.move(temporary, directory.resolve(Manifest.FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    return manifest;
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
