package ai.cresset.tensor.autograd;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records operations as nodes. */
public final class Graph {
  private Graph() {}

  /** An operation under way. */
  public sealed interface Recording extends Context permits OpNode, Unrecorded {
    /** Forward ended well. */
    void end(List<Tensor> outputs);

    /** The outputs that were marked so far. */
    List<Tensor> nonDifferentiable();

    /**
     * Forward of an operation in place ended well with {@code result}, which will replace the
     * elements of {@code target}: what was saved of the target is copied, what was saved of the
     * result becomes the target.
     */
    void beforeReplacing(Tensor target, Tensor result);

    /** The elements of {@code target} were replaced. */
    void endInPlace(Tensor target);

    /** Forward failed. */
    void discard();
  }

  /** A place behind an operation that needs no forward of its own. */
  static Edge link(Op op, List<Spec> specs, List<@Nullable Edge> next) {
    OpNode node = new OpNode(op, List.of(), specs, next);
    node.end(1);
    return new Edge(node, 0);
  }

  /** Begins an operation; without {@code record} its context keeps nothing. */
  public static Recording begin(Op op, List<Tensor> inputs, List<Spec> specs, boolean record) {
    if (!record) {
      return new Unrecorded(specs, null);
    }
    List<@Nullable Edge> next = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      next.add(inputs.get(i).gradientEdge());
    }
    return new OpNode(op, inputs, specs, next);
  }

  /** Begins an operation that nobody will differentiate and whose result may go to a place. */
  public static Recording begin(List<Spec> specs, Tensor place) {
    return new Unrecorded(specs, place);
  }

  /** The context of an operation that nobody will differentiate. */
  private static final class Unrecorded implements Recording {
    private final List<Spec> inputs;
    private final @Nullable Tensor place;
    private Generator.Key key = Generator.Key.NONE;

    Unrecorded(List<Spec> inputs, @Nullable Tensor place) {
      this.inputs = inputs;
      this.place = place;
    }

    @Override
    public Tensor result(Spec output) {
      return place == null ? Tensor.empty(output) : place.handle();
    }

    @Override
    public void end(List<Tensor> outputs) {}

    @Override
    public List<Tensor> nonDifferentiable() {
      return List.of();
    }

    @Override
    public void beforeReplacing(Tensor target, Tensor result) {}

    @Override
    public void endInPlace(Tensor target) {}

    @Override
    public void discard() {}

    @Override
    public void save(Tensor... tensors) {}

    @Override
    public Tensor saved(int index) {
      throw new IllegalStateException("nothing is saved without gradient mode");
    }

    @Override
    public Spec input(int index) {
      return inputs.get(index);
    }

    @Override
    public int numInputs() {
      return inputs.size();
    }

    @Override
    public boolean needsGradient() {
      return false;
    }

    @Override
    public boolean needs(int input) {
      return false;
    }

    @Override
    public void markNonDifferentiable(Tensor... outputs) {}

    @Override
    public void keep(Object value) {}

    @Override
    public <T> T kept(Class<T> type) {
      throw new IllegalStateException("nothing is kept without gradient mode");
    }

    @Override
    public void key(Generator.Key drawn) {
      key = drawn;
    }

    @Override
    public Generator.Key key() {
      return key;
    }
  }
}
