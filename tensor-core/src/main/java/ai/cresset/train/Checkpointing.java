package ai.cresset.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.data.DataPosition;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.random.Generator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of a run over several ranks. The coordinator claims, chooses, writes and commits; the
 * others are told which one it is and read it themselves.
 */
final class Checkpointing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointing.class);

  private final CheckpointPolicy policy;
  private final TrainingTask task;
  private final Strategy strategy;
  private final RandomStreams random;
  private final SampleAccount samples;
  private final CheckpointDirectory directory;
  private final @Nullable CheckpointParts parts;
  private final @Nullable AveragedWeights average;
  private String told = "";

  Checkpointing(
      CheckpointPolicy policy,
      TrainingTask task,
      Strategy strategy,
      RandomStreams random,
      SampleAccount samples,
      @Nullable AveragedWeights average) {
    this.average = average;
    this.policy = policy;
    this.task = task;
    this.strategy = strategy;
    this.random = random;
    this.samples = samples;
    this.parts = strategy.checkpointParts(policy, task.model(), task.optimizer());
    if (parts != null && average != null) {
      parts.close();
      throw ConfigException.because(
          "an average of the weights needs the whole model on each rank, and here each has a part;"
              + " switch the average off, or do not cut the model's state (parallel.zero = 0)");
    }
    this.directory =
        strategy.isCoordinator() && parts == null
            ? CheckpointDirectory.claim(policy.store(), policy.run(), policy.attempt())
            : CheckpointDirectory.open(policy.store());
  }

  /** Loads where the run shall go on; null if it begins. */
  @Nullable TrainingState resume() {
    Optional<TrainingCheckpoint> found = parts == null ? agreed() : choose(parts::latest);
    if (found.isEmpty()) {
      return null;
    }
    TrainingCheckpoint checkpoint = found.get();
    TrainingState state = checkpoint.state();
    checkData(checkpoint);
    if (parts == null) {
      checkpoint.loadModel(task.model());
      checkpoint.loadOptimizer(task.optimizer());
      if (average != null) {
        checkpoint.loadAverage(average);
      }
    } else {
      parts.load(checkpoint);
    }
    if (state.worldSize() != strategy.worldSize()) {
      LOG.warn(
          "{} was stored by {} ranks and goes on with {}: the same weights and samples, but random"
              + " numbers and the order of sums differ from then on",
          checkpoint.location(),
          state.worldSize(),
          strategy.worldSize());
    }
    if (strategy.rank() < state.randomStates().size()) {
      random.state(state.randomStates().get(strategy.rank()));
    }
    samples.state(state.samples());
    LOG.info("rank {} goes on from {}", strategy.rank(), checkpoint.location());
    return state;
  }

  /** The coordinator chooses, the others read it too. */
  private Optional<TrainingCheckpoint> agreed() {
    String mine =
        strategy.isCoordinator()
            ? choose(directory::latest).map(TrainingCheckpoint::name).orElse("")
            : "";
    String name =
        new String(
            strategy.broadcast(mine.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    return name.isEmpty() ? Optional.empty() : Optional.of(directory.open(name));
  }

  private Optional<TrainingCheckpoint> choose(Supplier<Optional<TrainingCheckpoint>> newest) {
    if (policy.resume() == Resume.NEVER) {
      if (!directory.names().isEmpty()) {
        throw CheckpointException.because(
            directory.location()
                + " has checkpoints "
                + directory.names()
                + " and resuming is switched off; use an empty directory, or resume");
      }
      return Optional.empty();
    }
    Optional<TrainingCheckpoint> latest = newest.get();
    if (latest.isEmpty() && policy.resume() == Resume.REQUIRE) {
      throw CheckpointException.because(
          directory.location() + " has no checkpoint to resume from, and resuming is required");
    }
    return latest;
  }

  private void checkData(TrainingCheckpoint checkpoint) {
    String stored = checkpoint.state().dataFingerprint();
    if (!stored.equals(dataFingerprint())) {
      throw CheckpointException.because(
          checkpoint.location()
              + " was trained on other data: expected '"
              + stored
              + "', got '"
              + dataFingerprint()
              + "'; use the same data set, seed and batch size, or an empty checkpoint directory");
    }
    if (!checkpoint.state().schedule().equals(schedule())) {
      LOG.warn(
          "the learning-rate schedule changed from {} to {}",
          checkpoint.state().schedule(),
          schedule());
    }
  }

  private String dataFingerprint() {
    return task.training().fingerprint() + ", " + task.plan().description();
  }

  /** The schedule in words; a lambda has none that are the same in the next process. */
  private String schedule() {
    return task.schedule().getClass().isRecord()
        ? task.schedule().toString()
        : "without description";
  }

  /** Whether one is due after this many steps of so many. */
  boolean isDue(long step, long totalSteps) {
    return step == totalSteps || (policy.every() > 0 && step % policy.every() == 0);
  }

  /**
   * Takes a checkpoint. Returns its name when it is committed; empty if it is still being written.
   */
  String save(long step, boolean last, Map<String, Double> metrics) {
    List<Generator.Key> states =
        strategy.gather(random.stateBytes()).stream().map(RandomStreams::fromBytes).toList();
    Map<String, Long> account = samples.state();
    DataPosition position = task.plan().position(step);
    TrainingState.Progress progress =
        new TrainingState.Progress(
            step,
            position.epoch(),
            position.step(),
            strategy.worldSize(),
            states,
            schedule(),
            dataFingerprint(),
            account,
            metrics,
            policy.properties());
    if (parts != null) {
      boolean background = policy.background() && !last;
      parts.save(progress, background);
      return background ? "" : committed(true);
    }
    String name = "";
    if (strategy.isCoordinator()) {
      name = directory.save(task.model(), task.optimizer(), average, progress);
      directory.retain(policy.keep());
    }
    byte[] committed = strategy.broadcast(name.getBytes(StandardCharsets.UTF_8));
    return new String(committed, StandardCharsets.UTF_8);
  }

  /**
   * The name of a checkpoint that was committed since the last call; empty if there is none.
   *
   * @throws CheckpointException if one that was being written could not be
   */
  String committed(boolean wait) {
    String name = parts == null ? "" : parts.committed(wait);
    if (name.equals(told)) {
      return "";
    }
    told = name;
    return name;
  }

  @Override
  public void close() {
    if (parts != null) {
      parts.close();
    }
  }
}
