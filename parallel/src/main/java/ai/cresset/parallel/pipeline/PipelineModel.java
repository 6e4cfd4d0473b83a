package ai.cresset.parallel.pipeline;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layered;
import ai.cresset.nn.Layered.Piece;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.parallel.mesh.Absent;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model cut into stages, of which this rank has some. The model's modules and names stay what
 * they are; parameters of other ranks' stages hold no elements any more.
 */
public final class PipelineModel implements AutoCloseable {
  private final List<List<Piece>> stages = new ArrayList<>();
  private final Map<Tensor, Set<Integer>> holders = new IdentityHashMap<>();
  private final Map<String, List<Integer>> tied = new LinkedHashMap<>();
  private final PipelineSplit split;
  private final int ranks;
  private final int rank;
  private final StageModule module;
  private final Device device;
  private final Absent absent;

  /**
   * Cuts a model and gives up what other ranks have.
   *
   * @param model a {@link Layered} one, the same on every rank
   * @param split which pieces make up each stage; stage {@code s} is on rank {@code s % ranks}
   * @throws ConfigException if the model is no sequence of pieces, or the split is of another one
   */
  public PipelineModel(Module model, PipelineSplit split, int ranks, int rank) {
    this(model, split, ranks, rank, null);
  }

  /**
   * The same for a model that was built without elements: those of this rank's stages are made.
   *
   * @param deferred has built the model; null if it has its elements
   */
  public PipelineModel(
      Module model, PipelineSplit split, int ranks, int rank, @Nullable DeferredInit deferred) {
    List<Piece> pieces = layered(model).pieces();
    split.check(pieces.size(), split.sizes().size());
    if (split.sizes().size() % ranks != 0) {
      throw ConfigException.value(
          "stages", split.sizes().size(), "a multiple of " + ranks + ", parallel.pipeline");
    }
    this.split = split;
    this.ranks = ranks;
    this.rank = rank;
    for (int stage = 0; stage < split.sizes().size(); stage++) {
      List<Piece> mine = pieces.subList(split.begin(stage), split.end(stage));
      stages.add(List.copyOf(mine));
      int holder = stage % ranks;
      for (Piece piece : mine) {
        for (Module part : piece.modules()) {
          part.parameters().forEach(each -> holders(each).add(holder));
          part.namedBuffers().values().forEach(each -> holders(each).add(holder));
        }
      }
    }
    Map<String, Parameter> parameters = model.namedParameters();
    parameters.forEach(
        (name, parameter) -> {
          if (holders(parameter).isEmpty()) {
            throw ConfigException.because(
                "pipeline: no piece of "
                    + model.getClass().getSimpleName()
                    + " has the parameter '"
                    + name
                    + "'; name its module in a piece");
          }
          if (holders(parameter).size() > 1) {
            tied.put(name, List.copyOf(holders(parameter)));
          }
        });
    device = parameters.values().stream().findFirst().map(Tensor::device).orElse(Device.CPU);
    absent = new Absent(device);
    Set<Tensor> here = Collections.newSetFromMap(new IdentityHashMap<>());
    holders.forEach(
        (tensor, ranksOfIt) -> {
          if (ranksOfIt.contains(rank)) {
            here.add(tensor);
          }
        });
    for (Parameter parameter : parameters.values()) {
      boolean waits = deferred != null && deferred.isWaiting(parameter);
      if (!here.contains(parameter) && !waits) {
        try (Tensor nothing = absent.like(parameter.shape(), parameter.dtype())) {
          parameter.data(nothing);
        }
      }
    }
    module = StageModule.of(model, here);
    if (deferred != null) {
      deferred.materialize(module);
    }
  }

  /**
   * The model as a sequence.
   *
   * @throws ConfigException if it is none
   */
  public static Layered layered(Module model) {
    if (model instanceof Layered layered) {
      return layered;
    }
    throw ConfigException.because(
        "parallel.pipeline: "
            + model.getClass().getSimpleName()
            + " is no sequence of pieces; let it implement Layered, or set parallel.pipeline to 1");
  }

  private Set<Integer> holders(Tensor tensor) {
    return holders.computeIfAbsent(tensor, missing -> new TreeSet<>());
  }

  /** The parameters and buffers of this rank, by their names in the model. */
  public StageModule module() {
    return module;
  }

  /** Parameters that several ranks have, with these ranks in ascending order; in one order. */
  public Map<String, List<Integer>> tied() {
    return Collections.unmodifiableMap(tied);
  }

  /** Whether this rank counts a parameter, of those that have it. */
  public boolean counts(String name) {
    List<Integer> shared = tied.get(name);
    return shared == null || shared.get(0) == rank;
  }

  /** Where this rank computes. */
  Device device() {
    return device;
  }

  int numStages() {
    return stages.size();
  }

  /** Stages of each rank. */
  int chunks() {
    return stages.size() / ranks;
  }

  /** Runs a stage; the result is in the current scope. */
  Tensor forward(int stage, Tensor input) {
    Tensor value = input;
    for (Piece piece : stages.get(stage)) {
      value = piece.forward().apply(value);
    }
    return value;
  }

  /** Parameters of other ranks keep the nothing that they hold. */
  @Override
  public void close() {
    absent.close();
  }

  /** The pieces of each stage and who has them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("pipeline of " + ranks + " ranks");
    for (int stage = 0; stage < stages.size(); stage++) {
      List<String> names = stages.get(stage).stream().map(Piece::name).toList();
      text.append("\n  stage ")
          .append(stage)
          .append(" on rank ")
          .append(stage % ranks)
          .append(": ");
      text.append(String.join(", ", names));
    }
    return text.toString();
  }

  PipelineSplit split() {
    return split;
  }
}
