package ai.cresset.jobs.download;

import ai.cresset.error.ConfigException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The data sets that can be fetched, as a file says that the user may replace.
 *
 * @param datasets in the order of the file
 */
public record Catalogue(List<Entry> datasets) {
  public Catalogue {
    datasets = List.copyOf(datasets);
  }

  /**
   * A data set.
   *
   * @param name what the user calls it
   * @param description what it is, in a few words
   * @param files at least one
   */
  public record Entry(String name, String description, List<RemoteFile> files) {
    public Entry {
      files = List.copyOf(files);
      if (files.isEmpty()) {
        throw ConfigException.value("files of " + name, files, "at least one");
      }
    }

    long bytes() {
      return files.stream().mapToLong(RemoteFile::bytes).sum();
    }
  }

  /** Reads a catalogue. */
  public static Catalogue read(Path file) {
    YAMLMapper mapper = new YAMLMapper();
    mapper.enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
    mapper.enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
    try {
      return mapper.readValue(Files.readString(file), Catalogue.class);
    } catch (JsonProcessingException e) {
      throw ConfigException.because(
          file
              + (e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr())
              + ": no catalogue of data sets: "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw ConfigException.because(
          "--catalogue: " + file + " cannot be read: " + e + "; name one that can");
    }
  }

  /** The data set of this name. */
  public Entry find(String name) {
    return datasets.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ConfigException.value(
                    "data set",
                    "'" + name + "'",
                    "one of " + String.join(", ", datasets.stream().map(Entry::name).toList())));
  }

  /** A line for each data set. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Entry each : datasets) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %,8.1f MB  %s%n",
              each.name(),
              each.bytes() / 1e6,
              each.description()));
    }
    return text.toString();
  }
}
