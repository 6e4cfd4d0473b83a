package ai.cresset.jobs.table;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import ai.cresset.jobs.recipe.TableFormat;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a recipe and the header that they have in common.
 *
 * @param files in order of their names
 * @param header the names of the columns
 */
record TableFiles(List<TableFile> files, List<String> header) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A file.
   *
   * @param location where it is, with scheme
   * @param name its file name
   * @param length bytes as they are stored
   * @param modified when it was last changed, in milliseconds of the epoch
   * @param format how its rows are written; not {@code AUTO}
   */
  record TableFile(String location, String name, long length, long modified, TableFormat format)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * All rows, the names of the columns first.
     *
     * @param known the names, in the order of the values; null for the file's own
     */
    TableRows rows(
        Configuration configuration, TableDataSettings settings, @Nullable List<String> known) {
      return switch (format) {
        case JSON -> new JsonRows(name, open(configuration), settings, known);
        case PARQUET -> new ParquetRows(name, new Path(location), configuration, settings);
        case CSV, AUTO -> new CsvRows(name, open(configuration), settings);
      };
    }

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
    InputStream open(Configuration configuration, RowRange range) {
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

    /** Whether only the whole can be read. */
    boolean isWhole() {
      return isPacked() || format != TableFormat.CSV;
    }

    private boolean isPacked() {
      return name.endsWith(".gz");
    }
  }

  /**
   * Finds the files and reads their headers.
   *
   * @throws DataException if there are none, if one is empty or has another header
   * @throws ConfigException if a column that the settings name is not there
   */
  static TableFiles of(TableDataSettings settings, Configuration configuration) {
    List<TableFile> files = list(settings, configuration);
    List<String> header = null;
    boolean any = false;
    for (TableFile file : files) {
      List<String> known = file.format() == TableFormat.JSON ? header : null;
      List<String> own;
      try (TableRows rows = file.rows(configuration, settings, known)) {
        own = header(file, rows.hasNext() ? rows.next() : null);
        any |= rows.hasNext();
      } catch (IOException e) {
        throw file.unreadable(e);
      }
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
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' holds no file of the format "
              + settings.format().name().toLowerCase(Locale.ROOT)
              + " (data.format)");
    }
    if (!any) {
      throw DataException.because(
          files.get(0).name() + ": it has a header and no rows; name a table with rows");
    }
    checkNames(settings, header);
    return new TableFiles(files, header);
  }

  private static List<String> header(TableFile file, String @Nullable [] row) {
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

  private static List<TableFile> list(TableDataSettings settings, Configuration configuration) {
    String text = settings.path();
    TableFormat format = settings.format();
    Path path = new Path(text);
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      Path qualified = fileSystem.makeQualified(path);
      try {
        FileStatus status = fileSystem.getFileStatus(qualified);
        if (status.isFile()) {
          return List.of(file(status, format));
        }
        List<TableFile> files = new ArrayList<>();
        for (FileStatus each : fileSystem.listStatus(qualified)) {
          String name = each.getPath().getName();
          if (each.isFile() && format.takes(name)) {
            files.add(file(each, format));
          }
        }
        files.sort(Comparator.comparing(TableFile::name));
        if (files.stream().map(TableFile::format).distinct().count() > 1) {
          throw ConfigException.value(
              "data.format",
              "auto",
              "csv, json or parquet, because '" + text + "' has files of several formats");
        }
        return files;
      } catch (FileNotFoundException e) {
        throw DataException.because(
            "data.path: '" + text + "' does not exist (looked for " + qualified + ")", e);
      }
    } catch (IOException e) {
      throw DataException.because("data.path: '" + text + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static TableFile file(FileStatus status, TableFormat format) {
    return new TableFile(
        status.getPath().toString(),
        status.getPath().getName(),
        status.getLen(),
        status.getModificationTime(),
        format.of(status.getPath().getName()));
  }
}
