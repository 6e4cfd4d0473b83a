package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Initialises JCuda's classes without its race: they unpack their libraries under a fixed name in
 * the temporary directory and load what lies there, which another process may be writing at that
 * moment. Here each initialisation sees a directory of its own.
 */
final class NativeExtraction {
  private static final String DIRECTORY = "java.io.tmpdir";

  private NativeExtraction() {}

  /**
   * Initialises a class of JCuda's.
   *
   * @throws LinkageError if its library cannot be loaded
   */
  static void initialise(String type) throws ClassNotFoundException {
    // The properties are what all class loaders of a process share, and what is changed here.
    synchronized (System.getProperties()) {
      Path own = ownDirectory();
      String before = System.getProperty(DIRECTORY);
      System.setProperty(DIRECTORY, own.toString());
      try {
        Class.forName(type, true, NativeExtraction.class.getClassLoader());
      } finally {
        System.setProperty(DIRECTORY, before);
        clean(own);
      }
    }
  }

  /** Made before the property changes, so that the JDK remembers the real place for good. */
  private static Path ownDirectory() {
    try {
      Path own = Files.createTempDirectory("cresset-jcuda");
      Files.delete(File.createTempFile("cresset", ".probe", own.toFile()).toPath());
      return own;
    } catch (IOException e) {
      throw DeviceException.failed("unpacking JCuda's libraries into java.io.tmpdir", e);
    }
  }

  /** A loaded library stays mapped without its file. Files of others stay, and the directory. */
  private static void clean(Path own) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own, "libJ*")) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(own);
    } catch (DirectoryNotEmptyException e) {
      // Another thread asked for the property at that moment and put something there.
    } catch (IOException e) {
      throw DeviceException.failed("removing " + own, e);
    }
  }
}
