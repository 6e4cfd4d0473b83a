package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.tensor.Spec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
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
  static final String AVERAGE = "average.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
  private static final String WRITING = CheckpointDraft.WRITING;
  private static final int MAX_STATE_BYTES = 64 << 20;
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
    return latest(Check.DIGESTS);
  }

  /** The same, with a closer or a quicker look. */
  public Optional<TrainingCheckpoint> latest(Check check) {
    List<String> names = new ArrayList<>(names());
    Collections.reverse(names);
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      try {
        TrainingCheckpoint whole = open(name, check);
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
    return open(name, Check.DIGESTS);
  }

  /** How closely the files of a checkpoint are looked at when it is opened. */
  public enum Check {
    /**
     * All are there with their sizes; their content is left to {@link TrainingCheckpoint#verify}.
     */
    SIZES,
    /** All have their digests, which reads all of them. */
    DIGESTS
  }

  /**
   * A checkpoint by its name.
   *
   * @throws CheckpointException if it is absent or damaged, as far as that was looked at
   */
  public TrainingCheckpoint open(String name, Check check) {
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
      TrainingState state =
          StateJson.read(readAll(store, name + "/" + STATE, MAX_STATE_BYTES), path + "/" + STATE);
      for (Map.Entry<String, TrainingState.StoredFile> file : state.files().entrySet()) {
        if (!files.contains(file.getKey())) {
          throw CheckpointException.corrupt(path, file.getKey(), "it is missing");
        }
        if (check == Check.DIGESTS || file.getKey().equals(ShardIndex.FILE)) {
          checkDigest(store, name, file.getKey(), file.getValue());
        } else {
          checkSize(store, name, file.getKey(), file.getValue());
        }
      }
      return new TrainingCheckpoint(store, name, state);
    } catch (IOException e) {
      throw CheckpointException.failed("read", path, e);
    }
  }

  private static void checkSize(
      CheckpointStore store, String name, String file, TrainingState.StoredFile expected)
      throws IOException {
    try (var channel = store.read(name + "/" + file)) {
      checkSize(store, name, file, expected, channel.size());
    }
  }

  private static void checkSize(
      CheckpointStore store,
      String name,
      String file,
      TrainingState.StoredFile expected,
      long bytes) {
    if (bytes != expected.bytes()) {
      throw CheckpointException.corrupt(
          store.location() + "/" + name,
          file,
          "it has " + bytes + " bytes, expected " + expected.bytes());
    }
  }

  static void checkDigest(
      CheckpointStore store, String name, String file, TrainingState.StoredFile expected)
      throws IOException {
    try (var channel = store.read(name + "/" + file)) {
      checkSize(store, name, file, expected, channel.size());
      if (!DigestChannel.of(channel).equals(expected)) {
        throw CheckpointException.corrupt(
            store.location() + "/" + name, file, "its content does not have its digest");
      }
    }
  }

  static byte[] readAll(CheckpointStore store, String path, int maxBytes) throws IOException {
    try (var channel = store.read(path)) {
      if (channel.size() > maxBytes) {
        throw CheckpointException.corrupt(
            store.location() + "/" + path,
            "content",
            "it has " + channel.size() + " bytes, expected at most " + maxBytes);
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
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
    return save(model, optimizer, null, progress);
  }

  /**
   * The same with an average of the weights beside them.
   *
   * @param average null for none
   */
  public String save(
      Module model,
      Optimizer optimizer,
      @Nullable AveragedWeights average,
      TrainingState.Progress progress) {
    CheckpointDraft draft = begin(progress.step());
    try {
      Map<String, TrainingState.StoredFile> files = new TreeMap<>();
      String fingerprint;
      try (StateDict state = model.stateDict();
          OptimizerState optimizerState = optimizer.stateDict()) {
        fingerprint = ModelFingerprint.of(state.tensors());
        files.put(MODEL, draft.write(MODEL, state.tensors(), Map.of("format", "pt")));
        Map<String, String> numbers = new TreeMap<>();
        optimizerState.numbers().forEach((key, value) -> numbers.put(key, value.toString()));
        files.put(OPTIMIZER, draft.write(OPTIMIZER, optimizerState.tensors(), numbers));
      }
      if (average != null) {
        files.put(AVERAGE, written(draft, average));
      }
      return commit(draft, progress, fingerprint, files);
    } catch (CheckpointException e) {
      throw unsaved(progress.step(), e);
    }
  }

  private static TrainingState.StoredFile written(CheckpointDraft draft, AveragedWeights average) {
    try (OptimizerState state = average.stateDict()) {
      Map<String, String> numbers = new TreeMap<>();
      state.numbers().forEach((key, value) -> numbers.put(key, value.toString()));
      return draft.write(AVERAGE, state.tensors(), numbers);
    }
  }

  /**
   * Begins a checkpoint that several writers fill.
   *
   * @param step optimizer steps done
   * @throws CheckpointException if a newer attempt has claimed the directory
   */
  public CheckpointDraft begin(long step) {
    Claim mine = claim();
    String writing = WRITING + mine.name() + String.format(Locale.ROOT, "-step-%06d", step);
    try {
      mine.check();
      store.delete(writing);
      return new CheckpointDraft(store, writing);
    } catch (IOException e) {
      throw unsaved(step, CheckpointException.failed("begin", writing, e));
    }
  }

  /**
   * Commits a draft whose shards are written.
   *
   * @param index which tensors they hold
   * @param shards size and digest of each file
   * @return the checkpoint's name
   * @throws CheckpointException if a newer attempt has claimed the directory, or a file cannot be
   *     written; all earlier checkpoints are as before
   */
  public String commit(
      CheckpointDraft draft,
      TrainingState.Progress progress,
      ShardIndex index,
      Map<String, TrainingState.StoredFile> shards) {
    Map<String, Spec> specs = new TreeMap<>();
    index.tensors(ShardIndex.MODEL).forEach((tensor, stored) -> specs.put(tensor, stored.spec()));
    try {
      Map<String, TrainingState.StoredFile> files = new TreeMap<>(shards);
      files.put(ShardIndex.FILE, draft.write(ShardIndex.FILE, index.toBytes()));
      return commit(draft, progress, ModelFingerprint.ofSpecs(specs), files);
    } catch (CheckpointException e) {
      throw unsaved(progress.step(), e);
    }
  }

  private String commit(
      CheckpointDraft draft,
      TrainingState.Progress progress,
      String fingerprint,
      Map<String, TrainingState.StoredFile> files) {
    draft.write(STATE, StateJson.write(TrainingState.of(progress, attempt, fingerprint, files)));
    try {
      String name = CheckpointName.free(progress.step(), store.list("")).toString();
      claim().check();
      store.rename(draft.path(), name);
      return name;
    } catch (IOException e) {
      throw CheckpointException.failed("commit", draft.path(), e);
    }
  }

  private Claim claim() {
    Claim mine = claim;
    if (mine == null) {
      throw CheckpointException.because(
          store.location() + " was opened to read; claim it to save checkpoints");
    }
    return mine;
  }

  /**
   * Why a checkpoint was not saved: a newer claim that took the files away is the better reason.
   */
  private CheckpointException unsaved(long step, CheckpointException thrown) {
    Throwable cause = thrown.getCause();
    if (!(cause instanceof IOException)) {
      return thrown;
    }
    try {
      claim().check();
    } catch (CheckpointException stale) {
      return stale;
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return CheckpointException.failed("save step " + step + " in", store.location(), cause);
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
    Claim mine = claim();
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
      TrainingState state =
          StateJson.read(readAll(store, name + "/" + STATE, MAX_STATE_BYTES), name);
      for (Map.Entry<String, TrainingState.StoredFile> file : state.files().entrySet()) {
        try (var channel = store.read(name + "/" + file.getKey())) {
          if (channel.size() != file.getValue().bytes()) {
            return false;
          }
        }
      }
      return true;
    } catch (CheckpointException | NoSuchFileException | FileNotFoundException e) {
      return false;
    }
  }

  /** Where this is. */
  public String location() {
    return store.location();
  }
}
