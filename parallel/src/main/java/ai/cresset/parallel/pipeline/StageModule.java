package ai.cresset.parallel.pipeline;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parameters and buffers of the stages that a rank has, under the names that they have in the
 * whole model: what is trained, sharded and stored here. It computes nothing and owns nothing; do
 * not close it.
 */
public final class StageModule extends Module {
  private final Map<String, StageModule> branches = new LinkedHashMap<>();

  private StageModule() {}

  /**
   * A part of a model.
   *
   * @param here parameters and buffers of this rank's stages, by identity
   */
  static StageModule of(Module model, Set<Tensor> here) {
    StageModule root = new StageModule();
    model
        .stateParameters()
        .forEach(
            (name, parameter) -> {
              if (here.contains(parameter)) {
                root.branch(name).put(last(name), parameter);
              }
            });
    Set<Tensor> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    stored.addAll(model.stateBuffers().values());
    model
        .namedBuffers()
        .forEach(
            (name, buffer) -> {
              if (here.contains(buffer)) {
                root.branch(name).buffer(last(name), buffer, stored.contains(buffer));
              }
            });
    return root;
  }

  private void put(String name, Parameter parameter) {
    parameter(name, parameter);
  }

  /** The place of a dotted name. */
  private StageModule branch(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return this;
    }
    String first = name.substring(0, dot);
    StageModule next = branches.get(first);
    if (next == null) {
      next = child(first, new StageModule());
      branches.put(first, next);
    }
    return next.branch(name.substring(dot + 1));
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
