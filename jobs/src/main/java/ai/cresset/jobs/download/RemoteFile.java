package ai.cresset.jobs.download;

import ai.cresset.error.ConfigException;
import java.net.URI;

/**
 * A file of a data set.
 *
 * @param name what it is called on disk, without folders
 * @param url where it is
 * @param bytes its length
 * @param sha256 64 hexadecimal digits
 */
public record RemoteFile(String name, URI url, long bytes, String sha256) {
  public RemoteFile {
    if (name.isBlank() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw ConfigException.value("name", "'" + name + "'", "a file name without folders");
    }
    if (url.getScheme() == null) {
      throw ConfigException.value("url of " + name, url, "an address with its scheme");
    }
    if (bytes < 1) {
      throw ConfigException.value("bytes of " + name, bytes, "at least 1");
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw ConfigException.value("sha256 of " + name, sha256, "64 hexadecimal digits");
    }
  }
}
