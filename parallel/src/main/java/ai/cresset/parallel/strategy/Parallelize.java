package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.zero.FileState;
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.parallel.zero.ZeroStage;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.Strategy;
import ai.cresset.type.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one way to make a model parallel. The order is fixed, because each step works on what the
 * ones before left: ranks get their places, the model is divided, state is cut, the optimizer is
 * made over this rank's parts, its state goes where it is kept.
 *
 * <pre>{@code
 * try (Parallelize parallel = Parallelize.apply(model, world, ParallelOptions.of(dims, 3));
 *     Optimizer optimizer = parallel.optimizer(parts -> new AdamW(parts, 1e-3))) {
 *   new Trainer(task, config, parallel.strategy()).run();
 * }
 * }</pre>
 *
 * <p>Close the optimizer first. The model and the world stay the caller's. Confined to the rank's
 * thread.
 */
public final class Parallelize implements AutoCloseable {
  private final Module model;
  private final ParallelOptions options;
  private final @Nullable DeviceMesh mesh;
  private final @Nullable ShardedModel sharded;
  private final @Nullable DividedModel divided;
  private final Strategy strategy;
  private final HookHandle recompute;
  private @Nullable FileState files;

  private Parallelize(
      Module model,
      ParallelOptions options,
      @Nullable DeviceMesh mesh,
      @Nullable ShardedModel sharded,
      @Nullable DividedModel divided,
      Strategy strategy,
      HookHandle recompute) {
    this.model = model;
    this.options = options;
    this.mesh = mesh;
    this.sharded = sharded;
    this.divided = divided;
    this.strategy = strategy;
    this.recompute = recompute;
  }

  /**
   * Makes a model parallel; every rank does so with the same options.
   *
   * @param world all ranks; null for one that is alone
   * @throws ai.cresset.error.ConfigException if the options do not fit the number of ranks
   */
  public static Parallelize apply(
      Module model, @Nullable ProcessGroup world, ParallelOptions options) {
    return apply(model, world, options, null);
  }

  /**
   * The same for a model that was built without elements: this rank gives itself those that it
   * keeps, and never holds the others.
   *
   * @param deferred has built the model, on all ranks from the same random numbers; null if it has
   *     its elements
   */
  public static Parallelize apply(
      Module model,
      @Nullable ProcessGroup world,
      ParallelOptions options,
      @Nullable DeferredInit deferred) {
    if (world == null) {
      if (deferred != null) {
        deferred.materialize(model);
      }
      options.dims().checkWorldSize("the number of ranks", 1);
      HookHandle again = Recomputation.apply(model, options.recompute());
      return new Parallelize(model, options, null, null, null, new SingleDevice(), again);
    }
    DeviceMesh mesh = new DeviceMesh(options.dims(), world);
    if (options.dividesModel()) {
      DividedModel divided = DividedModel.of(model, mesh, options, deferred);
      HookHandle nothing = () -> {};
      return new Parallelize(model, options, mesh, null, divided, divided.strategy(), nothing);
    }
    if (deferred != null) {
      deferred.materialize(model);
    }
    HookHandle again = Recomputation.apply(model, options.recompute());
    if (options.zero() == 0) {
      Strategy replicas = new DataParallelStrategy(world, options.buckets());
      return new Parallelize(model, options, mesh, null, null, replicas, again);
    }
    ShardedModel sharded = new ShardedModel(model, mesh, options.zeroOptions());
    Strategy strategy = new ShardedStrategy(sharded, world);
    return new Parallelize(model, options, mesh, sharded, null, strategy, again);
  }

  /** Whether no rank has the whole model. */
  public boolean cutsModel() {
    return divided != null || options.zero() == ZeroStage.PARAMETERS.number();
  }

  /** How the ranks work together in the training loop. */
  public Strategy strategy() {
    return strategy;
  }

  /** The leaves that this rank's optimizer changes: trained parameters, or its parts of them. */
  public Map<String, Tensor> parameters() {
    if (divided != null) {
      return divided.leaves();
    }
    if (sharded != null) {
      return sharded.parameters();
    }
    Map<String, Tensor> trained = new LinkedHashMap<>(model.namedParameters());
    trained.values().removeIf(parameter -> !parameter.requiresGrad());
    return trained;
  }

  /**
   * Makes an optimizer over {@link #parameters}.
   *
   * @throws ai.cresset.error.ConfigException if it cannot work on parts
   */
  public <O extends Optimizer> O optimizer(Function<Map<String, Tensor>, O> maker) {
    O made = maker.apply(parameters());
    if (divided != null) {
      divided.check(made);
    }
    ShardedModel cut = divided == null ? sharded : divided.sharded();
    if (cut != null) {
      try {
        cut.attach(made);
      } catch (RuntimeException e) {
        made.close();
        throw e;
      }
    }
    Path directory = options.stateDirectory();
    if (directory != null) {
      FileState opened = FileState.create(directory, strategy.rank());
      files = opened;
      made.stateIn(opened::allocate);
    }
    return made;
  }

  /** The sharded model; null without ZeRO. */
  public @Nullable ShardedModel sharded() {
    return sharded;
  }

  /** How the parameters that {@link #parameters} gives, and their optimizer state, are cut. */
  public ShardLayout layout() {
    if (divided != null) {
      return divided.layout();
    }
    if (sharded != null) {
      return sharded.layout();
    }
    Map<String, Shape> shapes = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return ShardLayout.replicated(dims(), shapes);
  }

  private ParallelDims dims() {
    return mesh == null ? ParallelDims.SINGLE : mesh.dims();
  }

  /** Ends it: a model whose parameters were cut holds no elements afterwards. */
  @Override
  public void close() {
    recompute.close();
    strategy.close();
    if (sharded != null) {
      sharded.close();
    }
    if (divided != null) {
      divided.close();
    }
    if (mesh != null) {
      mesh.close();
    }
    if (files != null) {
      files.close();
    }
  }

  /** What is divided and how, for logs. */
  @Override
  public String toString() {
    if (divided != null) {
      return dims() + "\n" + divided;
    }
    return sharded == null ? dims() + ", every rank holds the whole model" : sharded.toString();
  }
}
