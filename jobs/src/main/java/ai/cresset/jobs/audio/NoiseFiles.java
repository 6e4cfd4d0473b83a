package ai.cresset.jobs.audio;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Recordings of background noise: the WAV files of a directory, or one of them. */
public final class NoiseFiles {
  private NoiseFiles() {}

  /**
   * Reads all files, in order of their names.
   *
   * @param path on any Hadoop file system
   * @param sampleRate what they are brought to
   * @return one channel each
   * @throws DataException that names the file that cannot be used
   */
  public static List<float[]> read(String path, int sampleRate, Configuration configuration) {
    Path given = new Path(path);
    List<float[]> recordings = new ArrayList<>();
    try {
      FileSystem system = given.getFileSystem(configuration);
      List<FileStatus> files =
          Arrays.stream(system.listStatus(given))
              .filter(each -> each.isFile() && isSound(each.getPath().getName()))
              .sorted(Comparator.comparing(each -> each.getPath().getName()))
              .toList();
      for (FileStatus each : files) {
        try (InputStream in = system.open(each.getPath())) {
          recordings.add(SoundForm.wave(in.readAllBytes(), each.getPath().toString(), sampleRate));
        }
      }
    } catch (IOException e) {
      throw DataException.because(
          "data.noise_path: '" + path + "' cannot be read: " + e.getMessage(), e);
    }
    if (recordings.isEmpty()) {
      throw DataException.because(
          "data.noise_path: '" + path + "' has no WAV files; name a directory of them");
    }
    return recordings;
  }

  private static boolean isSound(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".wav")
        && !name.startsWith(".")
        && !name.startsWith("_");
  }
}
