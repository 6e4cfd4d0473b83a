package ai.cresset.jobs.series;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.SeriesDataSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files that a recipe names, in order. */
record SeriesFiles(List<FileStatus> files) {
  /**
   * Finds them.
   *
   * @throws DataException if there are none
   */
  static SeriesFiles of(SeriesDataSettings settings, Configuration configuration) {
    Path path = new Path(settings.path());
    List<FileStatus> files = new ArrayList<>();
    try {
      FileSystem system = path.getFileSystem(configuration);
      FileStatus[] found = system.globStatus(path);
      for (FileStatus each : found == null ? new FileStatus[0] : found) {
        List<FileStatus> parts =
            each.isDirectory() ? Arrays.asList(system.listStatus(each.getPath())) : List.of(each);
        parts.stream().filter(SeriesFiles::isShown).forEach(files::add);
      }
    } catch (IOException e) {
      throw DataException.because("data.path: " + path + " cannot be read: " + e, e);
    }
    if (files.isEmpty()) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' has no files; name a "
              + settings.format()
              + " file or a directory of such files");
    }
    files.sort(Comparator.comparing(file -> file.getPath().toString()));
    return new SeriesFiles(List.copyOf(files));
  }

  private static boolean isShown(FileStatus file) {
    String name = file.getPath().getName();
    return file.isFile() && !name.startsWith(".") && !name.startsWith("_");
  }

  List<String> paths() {
    return files.stream().map(file -> file.getPath().toString()).toList();
  }

  /** What tells these files from others: places, lengths and times. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (FileStatus file : files) {
      text.append(file.getPath()).append(' ').append(file.getLen());
      text.append(' ').append(file.getModificationTime()).append('\n');
    }
    return text.toString();
  }
}
