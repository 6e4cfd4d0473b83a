package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A data set in a local directory, used where it lies. */
public final class DirectorySource implements PartSource {
  private final Path directory;

  public DirectorySource(Path directory) {
    this.directory = directory;
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public Manifest manifest() {
    Path file = directory.resolve(Manifest.FILE_NAME);
    try {
      return Manifest.fromJson(Files.readAllBytes(file), file);
    } catch (NoSuchFileException e) {
      throw DataException.because(
          directory + " holds no complete data set: there is no " + Manifest.FILE_NAME, e);
    } catch (IOException e) {
      throw DataException.because(file + " cannot be read: " + e, e);
    }
  }

  @Override
  public LocalPart acquire(Manifest.Part part) {
    return new LocalPart(directory.resolve(part.name()), () -> {});
  }
}
