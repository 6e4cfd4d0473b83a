package ai.cresset.nn.recompute;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.autograd.Recompute;
import ai.cresset.tensor.autograd.RecomputePolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes blocks of a model run again in backward instead of keeping what they made. The model stays
 * the same object with the same names, and its results and gradients have the same bits.
 */
public final class Recomputation {
  private Recomputation() {}

  /**
   * Applies a plan to the stacks of a model: the outermost {@link ModuleList}s and {@link
   * Sequential}s of at least two modules that have parameters. Blocks are counted through all
   * stacks.
   *
   * @return ends it when it is closed
   * @throws ConfigException if the plan wants a block and the model has no stack
   */
  public static HookHandle apply(Module model, RecomputePlan plan) {
    if (!(plan instanceof RecomputePlan.EveryBlock every)) {
      return () -> {};
    }
    Map<String, Module> blocks = blocks(model);
    if (blocks.isEmpty()) {
      throw ConfigException.because(
          "recompute: "
              + model.getClass().getSimpleName()
              + " has no ModuleList or Sequential of two or more modules with parameters, whose"
              + " blocks could be recomputed; call Recomputation.block for the modules that you"
              + " mean, or set recompute to none");
    }
    List<HookHandle> handles = new ArrayList<>();
    int index = 0;
    for (Map.Entry<String, Module> block : blocks.entrySet()) {
      index++;
      if (index % every.k() == 0) {
        handles.add(block(block.getKey(), block.getValue(), every.policy()));
      }
    }
    if (handles.isEmpty()) {
      throw ConfigException.value(
          "recompute", "every_" + every.k(), "at most the number of blocks, " + blocks.size());
    }
    return () -> handles.forEach(HookHandle::close);
  }

  /** Makes one module run again in backward, until the result is closed. */
  public static HookHandle block(Module module, RecomputePolicy policy) {
    return block(module.getClass().getSimpleName(), module, policy);
  }

  private static HookHandle block(String name, Module module, RecomputePolicy policy) {
    return module.runForward((owner, inputs, forward) -> run(name, owner, policy, inputs, forward));
  }

  private static Tensor run(
      String name,
      Module module,
      RecomputePolicy policy,
      List<Tensor> inputs,
      Function<List<Tensor>, Tensor> forward) {
    if (inputs.isEmpty()) {
      throw ConfigException.because(
          "recompute: "
              + name
              + " ("
              + module.getClass().getSimpleName()
              + ") does not show the tensors that it is called with, so they cannot be kept; let it"
              + " pass them to scoped(inputs, forward), or choose layers inside of it");
    }
    boolean training = module.isTraining();
    return Recompute.checkpoint(
            policy,
            given -> {
              if (module.isTraining() != training) {
                throw BackwardException.because(
                    "recompute: "
                        + name
                        + " was in "
                        + mode(training)
                        + " mode in the forward pass and is in "
                        + mode(!training)
                        + " mode now that backward runs it again; run backward before the mode is"
                        + " changed");
              }
              return List.of(forward.apply(given));
            },
            inputs)
        .get(0);
  }

  private static String mode(boolean training) {
    return training ? "training" : "evaluation";
  }

  /** The blocks of the outermost stacks, by their names in the model. */
  static Map<String, Module> blocks(Module model) {
    Map<String, Module> found = new LinkedHashMap<>();
    find("", model, found);
    return found;
  }

  private static void find(String name, Module module, Map<String, Module> found) {
    String prefix = name.isEmpty() ? "" : name + ".";
    boolean stack = module instanceof ModuleList<?> || module instanceof Sequential;
    Map<String, Module> weighty = new LinkedHashMap<>();
    module
        .namedChildren()
        .forEach(
            (child, each) -> {
              if (!each.namedParameters().isEmpty()) {
                weighty.put(prefix + child, each);
              }
            });
    if (stack && weighty.size() > 1) {
      found.putAll(weighty);
      return;
    }
    module.namedChildren().forEach((child, each) -> find(prefix + child, each, found));
  }
}
