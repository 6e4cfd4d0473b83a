package ai.cresset.parallel.checkpoint;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointDraft;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.ShardIndex;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run that every rank writes its part of: {@code shard-00000-of-00004
 * .safetensors} and so on, {@code shards.json}, {@code state.json}. The first rank claims the
 * directory, and commits by one rename when all parts are on the disk; until then, and whoever
 * dies, the checkpoints before are as they were.
 *
 * <p>Every method is called by all ranks, in the same order, and fails on all of them. One save can
 * be under way while training goes on; its failure is thrown by the next call.
 */
public final class ShardedCheckpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardedCheckpoints.class);

  private final CheckpointStore store;
  private final CheckpointPeers peers;
  private final CheckpointDirectory directory;
  private final int keep;
  private final Allocator allocator = Allocator.current();
  private final ExecutorService writer;
  private @Nullable Future<String> underWay;
  private String lastCommitted = "";

  private ShardedCheckpoints(
      CheckpointStore store, CheckpointPeers peers, CheckpointDirectory directory, int keep) {
    this.store = store;
    this.peers = peers;
    this.directory = directory;
    this.keep = keep;
    this.writer =
        Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body, "checkpoint of rank " + peers.rank());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a directory to write to, and fences off all who did before.
   *
   * @param store reaches the same directory on every rank
   * @param run unique for a submission of the job, and the same in all its attempts
   * @param attempt from 0; a later attempt of the run fences off an earlier one
   * @param peers closed with the result, or when this fails
   * @param keep how many checkpoints stay, at least 1
   * @throws CheckpointException if a newer attempt or run has claimed it
   */
  public static ShardedCheckpoints claim(
      CheckpointStore store, String run, int attempt, CheckpointPeers peers, int keep) {
    CheckpointDirectory[] claimed = {CheckpointDirectory.open(store)};
    boolean done = false;
    try {
      JointWork.coordinated(
          peers,
          () -> {
            claimed[0] = CheckpointDirectory.claim(store, run, attempt);
            return "";
          });
      done = true;
      return new ShardedCheckpoints(store, peers, claimed[0], keep);
    } finally {
      if (!done) {
        peers.close();
      }
    }
  }

  /** Opens a directory to read from. */
  public static ShardedCheckpoints open(CheckpointStore store, CheckpointPeers peers) {
    return new ShardedCheckpoints(store, peers, CheckpointDirectory.open(store), 1);
  }

  // ---- saving ----

  /** What this rank writes of a checkpoint. */
  private record Share(CheckpointDraft draft, SavePlan plan, Map<String, Tensor> tensors) {
    void close() {
      tensors.values().forEach(Tensor::close);
    }
  }

  /**
   * Stores a checkpoint and commits it.
   *
   * @param state what this rank holds
   * @param progress of the run; the first rank's counts
   * @return its name
   * @throws CheckpointException if a newer attempt has claimed the directory, or any rank cannot
   *     write; all earlier checkpoints are as before
   */
  public String save(ShardedState state, TrainingState.Progress progress) {
    await();
    Share share = begin(state, progress, false);
    try {
      return remember(finish(share, progress));
    } finally {
      share.close();
    }
  }

  /**
   * Copies the state and returns; a thread stores and commits the checkpoint. Waits for the one
   * before, if it is still under way.
   *
   * @throws CheckpointException also if the one before failed
   */
  public void saveAsync(ShardedState state, TrainingState.Progress progress) {
    await();
    Share share = begin(state, progress, true);
    underWay =
        writer.submit(
            () -> {
              Allocator.Binding bound = allocator.bind();
              try {
                return finish(share, progress);
              } finally {
                share.close();
                bound.close();
              }
            });
  }

  /**
   * Throws what the save under way failed with, if it has ended; called once a step.
   *
   * @throws CheckpointException the failure, once
   */
  public void check() {
    if (underWay != null && underWay.isDone()) {
      await();
    }
  }

  /** The name of the last checkpoint that was committed, as far as it is known here. */
  public String lastCommitted() {
    return lastCommitted;
  }

  /**
   * Waits for the save under way.
   *
   * @return the name of the last checkpoint that was committed; empty if none was
   * @throws CheckpointException what it failed with, once
   */
  public String await() {
    Future<String> pending = underWay;
    if (pending == null) {
      return lastCommitted;
    }
    try {
      return remember(pending.get());
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      throw CheckpointException.because(
          "the last checkpoint was not saved: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CheckpointException.because("interrupted while a checkpoint was written", e);
    } finally {
      underWay = null;
    }
  }

  private String remember(String name) {
    lastCommitted = name;
    return name;
  }

  private Share begin(ShardedState state, TrainingState.Progress progress, boolean copy) {
    List<ShardInventory> inventories =
        peers.gather(ShardInventory.of(state).toBytes()).stream()
            .map(ShardInventory::fromBytes)
            .toList();
    SavePlan plan = SavePlan.of(inventories);
    CheckpointDraft[] begun = new CheckpointDraft[1];
    String path =
        JointWork.coordinated(
            peers,
            () -> {
              begun[0] = directory.begin(progress.step());
              return begun[0].path();
            });
    CheckpointDraft draft = begun[0] == null ? CheckpointDraft.join(store, path) : begun[0];
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, String> name : plan.writtenBy(peers.rank()).entrySet()) {
      ShardedState.Held held = state.tensors().get(name.getValue());
      if (held == null) {
        throw new IllegalStateException(name + " is planned on a rank that has it not");
      }
      Tensor written = copy ? copied(held.local()) : Scope.detach(held.local().detach());
      tensors.put(name.getKey(), written);
    }
    return new Share(draft, plan, tensors);
  }

  /** On the host, in one piece. */
  private static Tensor copied(Tensor tensor) {
    try (Scope scope = Scope.open("snapshot")) {
      Tensor plain = tensor.detach();
      Tensor host = plain.device().isHost() ? plain.detachedClone() : plain.to(Device.CPU);
      return Scope.detach(scope.keep(host));
    }
  }

  private String finish(Share share, TrainingState.Progress progress) {
    String file = ShardIndex.fileName(peers.rank(), peers.size());
    List<TrainingState.@Nullable StoredFile> written =
        JointWork.each(
            peers,
            () ->
                share.tensors().isEmpty()
                    ? null
                    : share.draft().write(file, share.tensors(), Map.of("format", "pt")));
    return JointWork.coordinated(
        peers,
        () -> {
          Map<String, TrainingState.StoredFile> files = new TreeMap<>();
          for (int rank = 0; rank < written.size(); rank++) {
            TrainingState.StoredFile each = written.get(rank);
            if (each != null) {
              files.put(ShardIndex.fileName(rank, peers.size()), each);
            }
          }
          String name = directory.commit(share.draft(), progress, share.plan().index(), files);
          directory.retain(keep);
          return name;
        });
  }

  // ---- loading ----

  /**
   * The newest whole checkpoint, sharded or not, the same on all ranks. JointWork share the work of
   * checking its files. Newer ones that are damaged are passed over, with a warning that says why.
   *
   * @throws CheckpointException if there are checkpoints and none is whole
   */
  public Optional<TrainingCheckpoint> latest() {
    await();
    String all = JointWork.coordinated(peers, () -> String.join("\n", directory.names()));
    List<String> names = new ArrayList<>(all.isEmpty() ? List.of() : List.of(all.split("\n", -1)));
    Collections.reverse(names);
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      TrainingCheckpoint[] found = new TrainingCheckpoint[1];
      String problem = problem(name, found);
      TrainingCheckpoint whole = found[0];
      if (problem.isEmpty() && whole != null) {
        reasons.forEach(reason -> LOG.warn("a damaged checkpoint is passed over: {}", reason));
        return Optional.of(whole);
      }
      reasons.add(problem);
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
   * A checkpoint by its name.
   *
   * @throws CheckpointException if it is absent or damaged
   */
  public TrainingCheckpoint open(String name) {
    await();
    TrainingCheckpoint[] found = new TrainingCheckpoint[1];
    String problem = problem(name, found);
    TrainingCheckpoint whole = found[0];
    if (whole == null || !problem.isEmpty()) {
      throw CheckpointException.because(problem);
    }
    return whole;
  }

  /** What any rank finds wrong with a checkpoint; empty if nothing. */
  private String problem(String name, TrainingCheckpoint[] found) {
    String mine = "";
    try {
      TrainingCheckpoint opened = directory.open(name, CheckpointDirectory.Check.SIZES);
      List<String> files = List.copyOf(opened.state().files().keySet());
      for (int i = peers.rank(); i < files.size(); i += peers.size()) {
        opened.verify(files.get(i));
      }
      found[0] = opened;
    } catch (CheckpointException e) {
      mine = String.valueOf(e.getMessage());
    }
    return peers.gather(mine.getBytes(StandardCharsets.UTF_8)).stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Where this is. */
  public String location() {
    return store.location();
  }

  /** Waits for the save under way, and throws what it failed with. */
  @Override
  public void close() {
    try {
      await();
    } finally {
      writer.shutdown();
      peers.close();
    }
  }
}
