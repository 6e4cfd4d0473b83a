package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a training run: a directory {@code step-000123} each, with {@code
 * model.safetensors}, {@code optimizer.safetensors} and {@code state.json}.
 *
 * <p>A checkpoint is written under a name that begins with a dot and committed by one rename, so
 * that a directory with a proper name is complete, whenever the writer dies. None is ever
 * overwritten: where the name is taken, a number is added ({@code step-000123.1}). Old ones are
 * renamed out of sight before they are deleted, and only after a newer one is complete.
 *
 * <p>Only the newest {@link #claim} may commit. A claim first renames away what older ones were
 * writing: a stale writer that already looked at the claims then has nothing left to commit.
 */
public final class CheckpointDirectory {
  static final String STATE = "state.json";
  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
  private static final String WRITING = ".writing-";
  private static final String DISCARDED = ".discarded-";

  private final CheckpointStore store;
  private final @Nullable Claim claim;
  private final int attempt;

  private CheckpointDirectory(CheckpointStore store, @Nullable Claim claim, int attempt) {
    this.store = store;
    this.claim = claim;
    this.attempt = attempt;
  }

  /** Opens a directory to read from. */
  public static CheckpointDirectory open(CheckpointStore store) {
    return new CheckpointDirectory(store, null, 0);
  }

  /**
   * Opens a directory to write to, and fences off all who did before.
   *
   * @param run unique for a submission of the job, and the same in all its attempts, such as
   *     Spark's application id
   * @param attempt from 0; a later attempt of the run fences off an earlier one
   * @throws CheckpointException if a newer attempt or run has claimed it
   */
  public static CheckpointDirectory claim(CheckpointStore store, String run, int attempt) {
    try {
      Claim claim = Claim.make(store, run, attempt);
      CheckpointDirectory directory = new CheckpointDirectory(store, claim, attempt);
      directory.sweep();
      return directory;
    } catch (IOException e) {
      throw CheckpointException.failed("claim", store.location(), e);
    }
  }

  /** Clears away what dead or stale writers left. */
  private void sweep() throws IOException {
    for (String name : store.list("")) {
      if (name.startsWith(WRITING)) {
        discard(name, name.substring(WRITING.length()));
      } else if (name.startsWith(DISCARDED)) {
        store.delete(name);
      }
    }
  }

  private void discard(String path, String as) throws IOException {
    String hidden = DISCARDED + as;
    store.delete(hidden);
    store.rename(path, hidden);
    store.delete(hidden);
  }

  /** Names of the checkpoints, whole or not, oldest first. */
  public List<String> names() {
    try {
      List<CheckpointName> found = new ArrayList<>();
      for (String each : store.list("")) {
        CheckpointName name = CheckpointName.parse(each);
        if (name != null) {
          found.add(name);
        }
      }
      Collections.sort(found);
      return found.stream().map(CheckpointName::toString).toList();
    } catch (IOException e) {
      throw CheckpointException.failed("list", store.location(), e);
    }
  }

  /**
   * The newest whole checkpoint. Newer ones that are damaged are skipped, with a warning that says
   * why.
   *
   * @throws CheckpointException if there are checkpoints and none is whole
   */
  public Optional<TrainingCheckpoint> latest() {
    List<String> names = new ArrayList<>(names());
    Collections.reverse(names);
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      try {
        TrainingCheckpoint whole = open(name);
        reasons.forEach(reason -> LOG.warn("a damaged checkpoint is passed over: {}", reason));
        return Optional.of(whole);
      } catch (CheckpointException e) {
        reasons.add(e.getMessage());
      }
    }
    if (!reasons.isEmpty()) {
      throw CheckpointException.because(
          store.location()
              + ": none of its "
              + reasons.size()
              + " checkpoints is whole; move them away to start anew\n  "
              + String.join("\n  ", reasons));
    }
    return Optional.empty();
  }

  /**
   * A checkpoint by its name, with every file checked against its digest.
   *
   * @throws CheckpointException if it is absent or damaged
   */
  public TrainingCheckpoint open(String name) {
    String path = store.location() + "/" + name;
    try {
      List<String> files = store.list(name);
      if (files.isEmpty()) {
        throw CheckpointException.because(
            path + ": there is no such checkpoint; there are " + names());
      }
      if (!files.contains(STATE)) {
        throw CheckpointException.corrupt(path, STATE, "it is missing");
      }
      TrainingState state = StateJson.read(readAll(name + "/" + STATE), path + "/" + STATE);
      for (Map.Entry<String, TrainingState.StoredFile> file : state.files().entrySet()) {
        if (!files.contains(file.getKey())) {
          throw CheckpointException.corrupt(path, file.getKey(), "it is missing");
        }
        check(name, file.getKey(), file.getValue());
      }
      return new TrainingCheckpoint(store, name, state);
    } catch (IOException e) {
      throw CheckpointException.failed("read", path, e);
    }
  }

  private void check(String name, String file, TrainingState.StoredFile expected)
      throws IOException {
    try (var channel = store.read(name + "/" + file)) {
      String path = store.location() + "/" + name;
      if (channel.size() != expected.bytes()) {
        throw CheckpointException.corrupt(
            path, file, "it has " + channel.size() + " bytes, expected " + expected.bytes());
      }
      if (!DigestChannel.of(channel).equals(expected)) {
        throw CheckpointException.corrupt(path, file, "its content does not have its digest");
      }
    }
  }

  private byte[] readAll(String path) throws IOException {
    try (var channel = store.read(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // goes on until all is read
      }
      return bytes.array();
    }
  }

  /**
   * Stores a checkpoint and commits it.
   *
   * @return its name
   * @throws CheckpointException if a newer attempt has claimed the directory, or a file cannot be
   *     written; all earlier checkpoints are as before
   */
  public String save(Module model, Optimizer optimizer, TrainingState.Progress progress) {
    Claim mine = claim;
    if (mine == null) {
      throw CheckpointException.because(
          store.location() + " was opened to read; claim it to save checkpoints");
    }
    String writing =
        WRITING + mine.name() + String.format(Locale.ROOT, "-step-%06d", progress.step());
    try {
      mine.check();
      store.delete(writing);
      Map<String, TrainingState.StoredFile> files = new TreeMap<>();
      String fingerprint;
      try (StateDict state = model.stateDict();
          OptimizerState optimizerState = optimizer.stateDict()) {
        fingerprint = ModelFingerprint.of(state.tensors());
        files.put(MODEL, write(writing, MODEL, state.tensors(), Map.of("format", "pt")));
        Map<String, String> numbers = new TreeMap<>();
        optimizerState.numbers().forEach((key, value) -> numbers.put(key, value.toString()));
        files.put(OPTIMIZER, write(writing, OPTIMIZER, optimizerState.tensors(), numbers));
      }
      TrainingState state = TrainingState.of(progress, attempt, fingerprint, files);
      byte[] json = StateJson.write(state);
      store.write(
          writing + "/" + STATE,
          channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      return commit(mine, writing, progress.step());
    } catch (IOException e) {
      throw unsaved(mine, progress.step(), e);
    }
  }

  /**
   * Why a checkpoint was not saved: a newer claim that took the files away is the better reason.
   */
  private CheckpointException unsaved(Claim mine, long step, IOException thrown) {
    try {
      mine.check();
    } catch (CheckpointException stale) {
      return stale;
    } catch (IOException e) {
      thrown.addSuppressed(e);
    }
    return CheckpointException.failed("save step " + step + " in", store.location(), thrown);
  }

  private TrainingState.StoredFile write(
      String directory, String file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    TrainingState.StoredFile[] result = new TrainingState.StoredFile[1];
    store.write(
        directory + "/" + file,
        channel -> {
          DigestChannel digesting = new DigestChannel(channel);
          SafetensorsWriter.write(digesting, tensors, metadata);
          result[0] = digesting.result();
        });
    return result[0];
  }

  private String commit(Claim mine, String writing, long step) throws IOException {
    String name = CheckpointName.free(step, store.list("")).toString();
    mine.check();
    store.rename(writing, name);
    return name;
  }

  /**
   * Deletes all but the newest checkpoints. Damaged ones do not count and stay.
   *
   * @param keep how many stay, at least 1
   */
  public void retain(int keep) {
    if (keep < 1) {
      throw ConfigException.value("checkpoints to keep", keep, "at least 1");
    }
    Claim mine = claim;
    if (mine == null) {
      throw CheckpointException.because(
          store.location() + " was opened to read; claim it to delete checkpoints");
    }
    try {
      mine.check();
      List<String> complete = new ArrayList<>();
      for (String name : names()) {
        if (looksComplete(name)) {
          complete.add(name);
        }
      }
      for (String name : complete.subList(0, Math.max(0, complete.size() - keep))) {
        mine.check();
        discard(name, name);
      }
    } catch (IOException e) {
      throw CheckpointException.failed("delete old checkpoints in", store.location(), e);
    }
  }

  /** Whether state and sizes are right; digests are looked at when it is opened. */
  private boolean looksComplete(String name) throws IOException {
    try {
      TrainingState state = StateJson.read(readAll(name + "/" + STATE), name);
      for (Map.Entry<String, TrainingState.StoredFile> file : state.files().entrySet()) {
        try (var channel = store.read(name + "/" + file.getKey())) {
          if (channel.size() != file.getValue().bytes()) {
            return false;
          }
        }
      }
      return true;
    } catch (CheckpointException | java.nio.file.NoSuchFileException e) {
      return false;
    }
  }

  /** Where this is. */
  public String location() {
    return store.location();
  }
}
