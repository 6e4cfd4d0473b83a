package ai.cresset.checkpoint;

import ai.cresset.random.Generator;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a training run needs to go on besides weights and optimizer: stored as {@code state.json}.
 *
 * @param formatVersion the version of the directory's layout
 * @param libraryVersion the version of Cresset that wrote it
 * @param step optimizer steps done
 * @param epoch the epoch of the next step, from 0
 * @param epochStep the next step within the epoch, from 0
 * @param attempt which attempt of the run wrote it, from 0
 * @param worldSize the number of ranks
 * @param randomStates where the generator of each rank stands, in order of rank
 * @param schedule the learning-rate schedule in words
 * @param modelFingerprint equal for models with the same names, shapes and types
 * @param dataFingerprint equal for the same samples in the same order of steps
 * @param samples the account of samples used, by name
 * @param metrics figures of the run so far, by name
 * @param properties what the caller wants to find again, such as a tokenizer
 * @param files size and digest of the other files, by name
 */
public record TrainingState(
    int formatVersion,
    String libraryVersion,
    long step,
    long epoch,
    long epochStep,
    int attempt,
    int worldSize,
    List<Generator.Key> randomStates,
    String schedule,
    String modelFingerprint,
    String dataFingerprint,
    Map<String, Long> samples,
    Map<String, Double> metrics,
    Map<String, String> properties,
    Map<String, StoredFile> files) {
  /** The version of the layout that this code reads and writes. */
  public static final int FORMAT_VERSION = 1;

  public TrainingState {
    randomStates = List.copyOf(randomStates);
    samples = Collections.unmodifiableMap(new TreeMap<>(samples));
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /**
   * A file of a checkpoint.
   *
   * @param bytes its length
   * @param sha256 its digest, hexadecimal
   */
  public record StoredFile(long bytes, String sha256) {}

  /** What the writer of a checkpoint knows; the rest is filled in when it is stored. */
  public record Progress(
      long step,
      long epoch,
      long epochStep,
      int worldSize,
      List<Generator.Key> randomStates,
      String schedule,
      String dataFingerprint,
      Map<String, Long> samples,
      Map<String, Double> metrics,
      Map<String, String> properties) {}

  static TrainingState of(
      Progress progress, int attempt, String modelFingerprint, Map<String, StoredFile> files) {
    String version = TrainingState.class.getPackage().getImplementationVersion();
    return new TrainingState(
        FORMAT_VERSION,
        version == null ? "development" : version,
        progress.step,
        progress.epoch,
        progress.epochStep,
        attempt,
        progress.worldSize,
        progress.randomStates,
        progress.schedule,
        modelFingerprint,
        progress.dataFingerprint,
        progress.samples,
        progress.metrics,
        progress.properties,
        files);
  }
}
