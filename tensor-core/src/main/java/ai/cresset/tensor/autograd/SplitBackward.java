package ai.cresset.tensor.autograd;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backward pass in two parts, of which the first makes the gradients of some inputs and the
 * second those of all leaves. Together they do what one pass does, each operation's gradients once;
 * pipelines run others' work between them.
 *
 * <pre>{@code
 * try (SplitBackward split = SplitBackward.begin(output, gradient, List.of(input))) {
 *   send(split.inputGradients().get(0));
 *   split.finish();                        // weights have their gradients now
 * }
 * }</pre>
 *
 * <p>Hooks on nodes that have something to do in both parts run twice. Confined to one thread.
 */
public final class SplitBackward implements AutoCloseable {
  private final List<Engine.Deferred> deferred = new ArrayList<>();
  private final Edge root;
  private List<@Nullable Tensor> inputGradients = List.of();
  private boolean open = true;

  private SplitBackward(Edge root) {
    this.root = root;
  }

  /**
   * Runs the first part. The output's graph lives on until the second part has run.
   *
   * @param gradient of the output's shape and type; stays with its owner
   * @param inputs tensors that require gradients; with none, all is left to the second part
   */
  public static SplitBackward begin(Tensor output, Tensor gradient, List<Tensor> inputs) {
    Autograd.checkGradients(List.of(output), List.of(gradient));
    SplitBackward split = new SplitBackward(Engine.rootOf(output));
    split.root.retain();
    boolean done = false;
    try {
      List<Edge> targets = inputs.stream().map(Engine::rootOf).toList();
      split.inputGradients =
          Engine.runFirstPart(List.of(split.root), List.of(gradient), targets, split.deferred);
      done = true;
      return split;
    } finally {
      if (!done) {
        split.close();
      }
    }
  }

  /** One for each input, null where nothing came; in the scope in which the first part ran. */
  public List<@Nullable Tensor> inputGradients() {
    return inputGradients;
  }

  /** Runs the second part: leaves accumulate their gradients, and the graph is freed. */
  public void finish() {
    if (!open) {
      throw new IllegalStateException("the second part of a backward pass runs once");
    }
    try (Scope scope = Scope.open("backward of weights")) {
      Engine.runRest(deferred);
      deferred.clear();
    } finally {
      close();
    }
  }

  /** Gives up what was not run. */
  @Override
  public void close() {
    if (open) {
      open = false;
      deferred.forEach(Engine.Deferred::close);
      deferred.clear();
      root.release();
    }
  }
}
