package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may commit to a directory: the newest claim, and nobody else. A claim is an empty file whose
 * name orders it: number of the run, fingerprint of the run's name, attempt. A worker that was
 * stopped and wakes up behind a newer claim finds that its own is no longer the last.
 */
final class Claim {
  static final String DIRECTORY = "claims";

  private static final Pattern NAME = Pattern.compile("([0-9]{6})-([0-9a-f]{16})-([0-9]{6})");

  private final CheckpointStore store;
  private final String name;

  private Claim(CheckpointStore store, String name) {
    this.store = store;
    this.name = name;
  }

  /**
   * Claims the directory.
   *
   * @param run unique for a submission of the job, and the same in all its attempts
   * @param attempt from 0; later attempts of a run are newer
   * @throws CheckpointException if a newer attempt has claimed it, or this one twice
   */
  static Claim make(CheckpointStore store, String run, int attempt) throws IOException {
    if (attempt < 0 || attempt > 999_999) {
      throw ConfigException.value("attempt", attempt, "0 to 999999");
    }
    byte[] bytes = run.getBytes(StandardCharsets.UTF_8);
    String hash = DigestChannel.of(bytes, 0, bytes.length).substring(0, 16);
    long number = runNumber(store, hash);
    Claim claim =
        new Claim(store, String.format(Locale.ROOT, "%06d-%s-%06d", number, hash, attempt));
    if (!store.claim(DIRECTORY + "/" + claim.name)) {
      throw CheckpointException.because(
          store.location()
              + ": attempt "
              + attempt
              + " of run '"
              + run
              + "' has claimed this directory already; a new submission needs a new run name");
    }
    claim.check();
    return claim;
  }

  private static long runNumber(CheckpointStore store, String hash) throws IOException {
    long newest = 0;
    long own = 0;
    for (String name : store.list(DIRECTORY)) {
      Matcher parts = NAME.matcher(name);
      if (parts.matches()) {
        long number = Long.parseLong(parts.group(1));
        newest = Math.max(newest, number);
        own = parts.group(2).equals(hash) ? number : own;
      }
    }
    return own > 0 ? own : newest + 1;
  }

  /** The claim's file name. */
  String name() {
    return name;
  }

  /**
   * Refuses a claim that is no longer the newest.
   *
   * @throws CheckpointException naming both
   */
  void check() throws IOException {
    List<String> claims =
        store.list(DIRECTORY).stream().filter(each -> NAME.matcher(each).matches()).toList();
    String newest = claims.isEmpty() ? "none" : claims.get(claims.size() - 1);
    if (!newest.equals(name)) {
      throw CheckpointException.because(
          store.location()
              + ": this worker's claim "
              + name
              + " is stale, "
              + newest
              + " is newer; a newer attempt trains in this directory and only it may commit, this"
              + " worker must end");
    }
  }
}
