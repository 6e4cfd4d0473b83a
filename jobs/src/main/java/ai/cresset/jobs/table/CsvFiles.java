package ai.cresset.jobs.table;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The CSV files of a recipe and the header that they have in common.
 *
 * @param files in order of their names
 * @param header the names of the columns
 */
record CsvFiles(List<CsvFile> files, List<String> header) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A CSV file.
   *
   * @param location where it is, with scheme
   * @param name its file name
   * @param length bytes as they are stored
   * @param modified when it was last changed, in milliseconds of the epoch
   */
  record CsvFile(String location, String name, long length, long modified) implements Serializable {
    private static final long serialVersionUID = 1L;

    InputStream open(Configuration configuration) {
      Path path = new Path(location);
      try {
        InputStream plain = path.getFileSystem(configuration).open(path);
        return isPacked() ? new GZIPInputStream(plain) : plain;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    /** The lines that begin within a part of its bytes. */
    InputStream open(Configuration configuration, CsvRange range) {
      if (range.whole()) {
        return open(configuration);
      }
      Path path = new Path(location);
      try {
        return new LineRange(
            path.getFileSystem(configuration).open(path), range.begin(), range.end());
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    DataException unreadable(IOException e) {
      return DataException.because(
          name + ": cannot be read: " + e.getMessage() + "; use another copy of it", e);
    }

    boolean isPacked() {
      return name.endsWith(".gz");
    }
  }

  /**
   * Finds the files and reads their headers.
   *
   * @throws DataException if there are none, if one is empty or has another header
   * @throws ConfigException if a column that the settings name is not there
   */
  static CsvFiles of(TableDataSettings settings, Configuration configuration) {
    List<CsvFile> files = list(settings.path(), configuration);
    List<String> header = null;
    boolean any = false;
    for (CsvFile file : files) {
      CsvRows rows = new CsvRows(file.name(), file.open(configuration), settings);
      List<String> own = header(file, rows.hasNext() ? rows.next() : null);
      any |= rows.hasNext();
      if (header != null && !header.equals(own)) {
        throw DataException.because(
            file.name()
                + ": expected the columns of "
                + files.get(0).name()
                + ", "
                + header
                + ", got "
                + own);
      }
      header = own;
    }
    if (header == null) {
      throw DataException.because("data.path: '" + settings.path() + "' holds no CSV file");
    }
    if (!any) {
      throw DataException.because(
          files.get(0).name() + ": it has a header and no rows; name a table with rows");
    }
    checkNames(settings, header);
    return new CsvFiles(files, header);
  }

  private static List<String> header(CsvFile file, String @Nullable [] row) {
    if (row == null) {
      throw DataException.because(
          file.name() + ": it is empty; expected a line with the names of the columns, then rows");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < row.length; i++) {
      if (row[i] == null || !seen.add(row[i])) {
        throw DataException.because(
            file.name()
                + ": column "
                + (i + 1)
                + (row[i] == null ? " has no name" : " is named '" + row[i] + "' as one before it")
                + "; give every column a name of its own");
      }
    }
    return List.copyOf(Arrays.asList(row));
  }

  private static void checkNames(TableDataSettings settings, List<String> header) {
    checkKnown("data.label", List.of(settings.label()), header);
    checkKnown("data.numeric", settings.numeric(), header);
    checkKnown("data.categorical", settings.categorical(), header);
    checkKnown("data.ignore", settings.ignore(), header);
    if (header.size() - settings.ignore().size() < 2) {
      throw ConfigException.value(
          "data.ignore", settings.ignore(), "at least one column that stays, beside the label");
    }
  }

  private static void checkKnown(String key, List<String> names, List<String> header) {
    for (String name : names) {
      if (!header.contains(name)) {
        throw ConfigException.value(
            key, "'" + name + "'", "one of the columns " + String.join(", ", header));
      }
    }
  }

  private static List<CsvFile> list(String text, Configuration configuration) {
    Path path = new Path(text);
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      Path qualified = fileSystem.makeQualified(path);
      try {
        FileStatus status = fileSystem.getFileStatus(qualified);
        if (status.isFile()) {
          return List.of(file(status));
        }
        List<CsvFile> files = new ArrayList<>();
        for (FileStatus each : fileSystem.listStatus(qualified)) {
          String name = each.getPath().getName();
          if (each.isFile() && (name.endsWith(".csv") || name.endsWith(".csv.gz"))) {
            files.add(file(each));
          }
        }
        files.sort(Comparator.comparing(CsvFile::name));
        return files;
      } catch (FileNotFoundException e) {
        throw DataException.because(
            "data.path: '" + text + "' does not exist (looked for " + qualified + ")", e);
      }
    } catch (IOException e) {
      throw DataException.because("data.path: '" + text + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static CsvFile file(FileStatus status) {
    return new CsvFile(
        status.getPath().toString(),
        status.getPath().getName(),
        status.getLen(),
        status.getModificationTime());
  }
}
