package ai.cresset.tensor;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.backend.View;
import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.LifetimeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Scoped;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.autograd.AccumulateGrad;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.Edge;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.autograd.Lineage;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.tensor.autograd.Node;
import ai.cresset.tensor.autograd.TensorHook;
import ai.cresset.tensor.op.Op;
import ai.cresset.tensor.op.OpObserver;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array of one element type on one device, differentiable, over shared native
 * memory.
 *
 * <p>What can be done with it stands in the family interfaces: {@link Arithmetic}, {@link
 * Exponentials}, {@link Trigonometry}, {@link SpecialFunctions}, {@link ElementFunctions}, {@link
 * Comparison}, {@link BitLogic}, {@link Reductions}, {@link Ordering}, {@link Counting}, {@link
 * Shaping}, {@link Rearranging}, {@link Splitting}, {@link Indexing}, {@link Gathering}, {@link
 * LinearAlgebra}, {@link InPlace}, {@link Elements}.
 *
 * <p>A tensor belongs to the {@link Scope} it was made in and is released with it; outside of any
 * scope it belongs to its maker, who closes it. Confined to one thread at a time.
 */
public class Tensor
    implements Arithmetic,
        Exponentials,
        Trigonometry,
        SpecialFunctions,
        ElementFunctions,
        Comparison,
        BitLogic,
        Reductions,
        Ordering,
        Counting,
        Shaping,
        Rearranging,
        Splitting,
        Indexing,
        Gathering,
        LinearAlgebra,
        InPlace,
        Elements,
        Scoped,
        AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private TensorBody body;
  private Shape shape;
  private Strides strides;
  private DType dtype;
  private long offset;
  private @Nullable Scope owner;
  private Cleaner.@Nullable Cleanable safetyNet;
  private boolean requiresGrad;
  private @Nullable AccumulateGrad accumulator;
  private @Nullable Tensor retained;
  private @Nullable HookHandle retaining;
  private boolean inference;
  private boolean madeUnrecorded;

  private Tensor(
      Storage storage,
      long offset,
      Shape shape,
      Strides strides,
      DType dtype,
      @Nullable Edge edge) {
    this.body = new TensorBody(storage, edge);
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
    this.inference = Mode.current().isInference();
    if (!Scope.register(this)) {
      safetyNet = CLEANER.register(this, body);
    }
  }

  /**
   * A leaf over the memory of {@code data}, for subclasses such as parameters; owned by its maker.
   */
  @SuppressWarnings("this-escape")
  protected Tensor(Tensor data, boolean requiresGrad) {
    this(data.storage().retain(), data.offset, data.shape, data.strides, data.dtype, null);
    Scope.detach(this);
    requiresGrad(requiresGrad);
  }

  // ---- making ----

  /** A view of storage, which is retained. The caller checked that it fits. */
  public static Tensor view(
      Storage storage, long offset, Shape shape, Strides strides, DType dtype) {
    return view(storage, offset, shape, strides, dtype, null);
  }

  /** The same with a place in a graph; for autograd. */
  public static Tensor view(
      Storage storage,
      long offset,
      Shape shape,
      Strides strides,
      DType dtype,
      @Nullable Edge edge) {
    return new Tensor(storage.retain(), offset, shape, strides, dtype, edge);
  }

  /** A tensor of undefined content ({@code torch.empty}). */
  public static Tensor empty(Spec spec) {
    return empty(spec, Strides.contiguous(spec.shape()));
  }

  /** The same in memory of another order; the strides leave no gaps. */
  public static Tensor empty(Spec spec, Strides dense) {
    Backend backend = Backends.of(spec.device());
    long bytes = spec.shape().numel() * spec.dtype().bytes();
    Storage storage = backend.allocate(Allocator.current(), bytes);
    OpObserver observer = Mode.current().observer();
    if (observer != null) {
      observer.allocated(bytes);
    }
    return new Tensor(storage, 0, spec.shape(), dense, spec.dtype(), null);
  }

  /** Every element {@code value} ({@code torch.full}). */
  public static Tensor full(Spec spec, double value) {
    Tensor tensor = empty(spec);
    tensor.fill_(value);
    return tensor;
  }

  /** float32 zeros on the CPU. */
  public static Tensor zeros(long... sizes) {
    return zeros(spec(DType.FLOAT32, sizes));
  }

  public static Tensor zeros(Spec spec) {
    return full(spec, 0);
  }

  /** float32 ones on the CPU. */
  public static Tensor ones(long... sizes) {
    return ones(spec(DType.FLOAT32, sizes));
  }

  public static Tensor ones(Spec spec) {
    return full(spec, 1);
  }

  /** A float32 tensor with a copy of {@code values}, row-major. */
  public static Tensor of(float[] values, long... sizes) {
    return Elements.copyOf(values, sizes);
  }

  /** A float64 tensor with a copy of {@code values}, row-major. */
  public static Tensor of(double[] values, long... sizes) {
    return Elements.copyOf(values, sizes);
  }

  /** An int64 tensor with a copy of {@code values}, row-major. */
  public static Tensor of(long[] values, long... sizes) {
    return Elements.copyOf(values, sizes);
  }

  /** An int32 tensor with a copy of {@code values}, row-major. */
  public static Tensor of(int[] values, long... sizes) {
    return Elements.copyOf(values, sizes);
  }

  /**
   * A copy of a number or of an array of any rank and primitive type: {@code Tensor.of(new
   * float[][] {{1, 2}, {3, 4}})}.
   */
  public static Tensor of(Object values) {
    return Creation.tensor(values);
  }

  /** float32, uniform in [0, 1), from the thread's generator. */
  public static Tensor rand(long... sizes) {
    return Creation.rand(spec(DType.FLOAT32, sizes));
  }

  /** float32, standard normal, from the thread's generator. */
  public static Tensor randn(long... sizes) {
    return Creation.randn(spec(DType.FLOAT32, sizes));
  }

  /** int64 {@code 0, 1, ..., end - 1}. */
  public static Tensor arange(long end) {
    return Creation.arange(end);
  }

  /** A float32 scalar. */
  public static Tensor scalar(float value) {
    return full(spec(DType.FLOAT32), value);
  }

  /** A CPU spec. */
  public static Spec spec(DType dtype, long... sizes) {
    return new Spec(Shape.of(sizes), dtype, Device.CPU);
  }

  // ---- what it is ----

  public final Shape shape() {
    return shape;
  }

  public final Strides strides() {
    return strides;
  }

  public final DType dtype() {
    return dtype;
  }

  public final Device device() {
    return storage().device();
  }

  public final int rank() {
    return shape.rank();
  }

  public final long size(int dim) {
    return shape.size(dim);
  }

  public final long numel() {
    return shape.numel();
  }

  public final Spec spec() {
    return new Spec(shape, dtype, device());
  }

  public final boolean isContiguous() {
    return strides.isContiguous(shape);
  }

  /**
   * The memory behind this tensor.
   *
   * @throws LifetimeException if it was released
   */
  public final Storage storage() {
    return body.storage(this);
  }

  /** The first element's place in the storage, in elements. */
  public final long storageOffset() {
    return offset;
  }

  /**
   * The one door to the elements: settles whatever is pending and says where they are. Every kernel
   * gets its operands through here.
   */
  public final View materialize() {
    return new View(storage(), offset, shape, strides, dtype);
  }

  /**
   * Gives this leaf other elements, of any type and on any device ({@code tensor.data = other}): it
   * stays the same object with the same hooks. Its gradient is forgotten. Views that were made of
   * it keep the old elements.
   *
   * @param other of this shape; shares its memory with this from now on
   * @throws BackwardException on the result of an operation, and where gradients gather in a buffer
   */
  public final void data(Tensor other) {
    if (!isLeaf()) {
      throw BackwardException.because(
          "data can be replaced in leaves only, not in "
              + spec()
              + ", the result of an operation; detach() it first");
    }
    if (!other.shape.equals(shape)) {
      throw ShapeException.mismatch("data", shape.toString(), other.shape);
    }
    become(other);
  }

  /**
   * Gives this leaf other elements, also of another shape; for subclasses such as parameters. Its
   * gradient is forgotten.
   *
   * @throws BackwardException where gradients gather in a buffer
   */
  protected final void become(Tensor other) {
    boolean same = other.shape.equals(shape) && other.strides.equals(strides);
    if (same && other.storage() == storage() && other.offset == offset) {
      return;
    }
    if (accumulator != null) {
      accumulator.beforeReplacing();
      accumulator.gradient(null);
    }
    TensorBody before = body;
    body = new TensorBody(other.storage().retain(), null);
    offset = other.offset;
    shape = other.shape;
    strides = other.strides;
    dtype = other.dtype;
    before.release("data()");
    if (safetyNet != null) {
      safetyNet.clean();
      safetyNet = CLEANER.register(this, body);
    }
  }

  /** The backend of this tensor's device. */
  public final Backend backend() {
    return Backends.of(device());
  }

  // ---- gradients ----

  /** Whether operations on this tensor are recorded. */
  public final boolean requiresGrad() {
    return requiresGrad || edge() != null;
  }

  /** Whether nothing made this tensor: gradients end here. */
  public final boolean isLeaf() {
    return edge() == null;
  }

  /** Whether this was made in inference mode and can enter no graph. */
  public final boolean isInference() {
    return inference;
  }

  /**
   * Starts or stops recording what is done with this leaf.
   *
   * @throws BackwardException on the result of an operation
   * @throws DTypeException on a type without fractions
   */
  public final Tensor requiresGrad(boolean wanted) {
    if (!isLeaf()) {
      throw BackwardException.because(
          "requiresGrad can be changed on leaves only, not on "
              + spec()
              + ", the result of an operation; detach() it first");
    }
    if (wanted && !dtype.isFloating()) {
      throw DTypeException.unsupported("requiresGrad", dtype, "the floating types");
    }
    if (wanted && inference && !Mode.current().isInference()) {
      throw BackwardException.inferenceSaved("requiresGrad", spec());
    }
    requiresGrad = wanted;
    Lineage shared = body.lineage();
    if (shared != null && shared.isBase(this)) {
      shared.leafRequiresGrad(wanted);
    }
    return this;
  }

  /**
   * The gradient accumulated in this leaf, or kept by {@link #retainGrad}; null before the first
   * backward pass.
   */
  public final @Nullable Tensor grad() {
    return accumulator == null ? retained : accumulator.gradient();
  }

  /** Forgets the gradient. */
  public final void zeroGrad() {
    if (accumulator != null) {
      accumulator.gradient(null);
    }
    dropRetained();
  }

  /** Replaces the gradient; this leaf owns it from now on. */
  public final void grad(@Nullable Tensor gradient) {
    accumulator().gradient(gradient);
  }

  /** Where this leaf's gradient gathers: hooks and buckets attach here. */
  public final AccumulateGrad accumulator() {
    if (!isLeaf()) {
      throw BackwardException.because(
          "only leaves accumulate gradients, not "
              + spec()
              + ", the result of an operation; call retainGrad() to keep its gradient");
    }
    if (accumulator == null) {
      accumulator = new AccumulateGrad(this);
    }
    return accumulator;
  }

  /** Calls {@code hook} after each backward pass that reached this leaf. */
  public final HookHandle afterAccumulate(Consumer<Tensor> hook) {
    return accumulator().afterAccumulate(hook);
  }

  /**
   * Calls {@code hook} with the gradient of this tensor, complete, in each backward pass that
   * reaches it; the hook may replace it. Hooks of one tensor run in order of registration, on a
   * leaf before its gradient is accumulated.
   *
   * @throws BackwardException if this tensor does not require a gradient
   */
  public final HookHandle registerHook(TensorHook hook) {
    Edge place = requireEdge("registerHook");
    return place.node().registerHook(place.output(), hook);
  }

  /**
   * Keeps the gradient of this result of an operation for {@link #grad()}, as a leaf does. Nothing
   * happens on a leaf.
   */
  public final void retainGrad() {
    Edge place = requireEdge("retainGrad");
    if (!isLeaf() && retaining == null) {
      retaining = place.node().retainGradient(place.output(), this);
    }
  }

  /** Whether {@link #retainGrad} was called on this result of an operation. */
  public final boolean retainsGrad() {
    return retaining != null;
  }

  /** For autograd: the gradient that {@link #retainGrad} asked for; added to an earlier one. */
  public final void keepGradient(Tensor gradient) {
    Tensor before = retained;
    retained = Scope.detach(before == null ? gradient.handle() : before.add(gradient));
    if (before != null) {
      before.close();
    }
  }

  /** The step of the backward pass that this tensor's gradient goes to; null if it wants none. */
  public final @Nullable Node gradientNode() {
    Edge place = gradientEdge();
    return place == null ? null : place.node();
  }

  private Edge requireEdge(String what) {
    Edge place = gradientEdge();
    if (place == null) {
      throw BackwardException.because(
          what
              + " on "
              + spec()
              + ", which does not require a gradient; call requiresGrad(true) first");
    }
    return place;
  }

  private void dropRetained() {
    if (retained != null) {
      retained.close();
      retained = null;
    }
  }

  /** Runs the backward pass of this scalar. */
  public final void backward() {
    Autograd.backward(this);
  }

  /** Runs the backward pass from this gradient of this tensor. */
  public final void backward(Tensor gradient) {
    Autograd.backward(List.of(this), List.of(gradient), false, false);
  }

  /** For autograd: where the gradient of this tensor goes; null if it wants none. */
  public final @Nullable Edge gradientEdge() {
    body.storage(this);
    Edge edge = edge();
    if (edge != null) {
      return edge;
    }
    return requiresGrad ? new Edge(accumulator(), 0) : null;
  }

  /** The place in the graph, renewed if the memory got another history through a view or base. */
  private @Nullable Edge edge() {
    Lineage shared = body.lineage();
    if (shared != null && body.generation() != shared.generation() && !madeUnrecorded) {
      Edge place = shared.edgeOf(this);
      if (place != null) {
        body.place(place);
      }
      body.generation(shared.generation());
    }
    return body.edge();
  }

  /** For autograd: gives the result of an operation its place in the graph. */
  public final void place(Edge edge) {
    body.place(edge);
  }

  /**
   * For autograd: this shares memory with {@code base}, and changes in place of either reach both.
   */
  public final void viewOf(Tensor base, boolean recorded) {
    base.edge();
    Lineage shared = base.body.lineage();
    if (shared == null) {
      shared = new Lineage(base, base.requiresGrad, base.body.edge());
      base.body.join(shared);
    }
    body.join(shared);
    madeUnrecorded = !recorded || base.madeUnrecorded;
    inference = base.inference;
  }

  /** For operations: this result shares memory with no operand, only with what is gone. */
  public final void standAlone() {
    body.leave();
    madeUnrecorded = false;
  }

  /** For autograd: an operation in place gave the elements another history. */
  public final void rebase(Edge place) {
    Lineage shared = body.lineage();
    if (shared != null) {
      shared.rebase(this, place);
      body.generation(shared.generation());
    }
    body.place(place);
    if (retaining != null) {
      retaining.close();
      retaining = null;
      retainGrad();
    }
  }

  /**
   * For operations in place: refuses a change that would lose a gradient or overwrite itself.
   *
   * @param record whether the change will be recorded
   */
  public final void checkChange(String op, boolean record) {
    for (int dim = 0; dim < rank(); dim++) {
      if (size(dim) > 1 && strides.stride(dim) == 0) {
        throw LifetimeException.because(
            op
                + " on "
                + spec()
                + ", whose dim "
                + dim
                + " repeats one memory location (expand); change a copy() of it");
      }
    }
    Mode mode = Mode.current();
    if (inference && !mode.isInference()) {
      throw BackwardException.inPlace(
          op, spec(), "which was made in inference mode", "change a copy() of it");
    }
    if (!mode.isRecording()) {
      return;
    }
    if (requiresGrad && edge() == null) {
      throw BackwardException.inPlace(
          op,
          spec(),
          "a leaf that requires a gradient",
          "use noGrad to change its value, or the form without underscore to compute with it");
    }
    Lineage shared = body.lineage();
    if (shared == null) {
      return;
    }
    if (shared.leafRequiresGrad()) {
      throw BackwardException.inPlace(
          op,
          spec(),
          "a view of a leaf that requires a gradient",
          "use noGrad to change the leaf's value, or change a view of a copy() of it");
    }
    if (madeUnrecorded && (record || shared.requiresGrad())) {
      throw BackwardException.inPlace(
          op,
          spec(),
          "a view that was made under noGrad, while gradient mode is on",
          "make the view while gradient mode is on, or change it under noGrad too");
    }
  }

  /** For operations: refuses a tensor that a scope of another thread owns and may free. */
  public final void checkThread(Op op) {
    Scope scope = owner;
    if (scope != null && !scope.isOfThisThread()) {
      throw LifetimeException.otherThread(
          op.name(), spec(), "scope '" + scope.name() + "'", scope.threadName());
    }
  }

  /** For autograd: another handle of {@code tensor} at a place in the graph. */
  public static Tensor withEdge(Tensor tensor, @Nullable Edge edge) {
    Tensor made =
        view(tensor.storage(), tensor.offset, tensor.shape, tensor.strides, tensor.dtype, edge);
    made.inference = tensor.inference;
    return made;
  }

  /** For autograd: another handle that changes in place of this one do not reach in the graph. */
  public final Tensor handle() {
    return withEdge(this, gradientEdge());
  }

  /**
   * Another handle of the same elements and the same place in the graph. A change in place of one
   * is a change of the other.
   */
  public final Tensor alias() {
    Tensor made = handle();
    made.viewOf(this, true);
    made.madeUnrecorded = madeUnrecorded;
    return made;
  }

  /**
   * Another handle of the same elements, without a gradient. A change in place of it is not
   * recorded, but a backward pass that needs the old elements notices.
   */
  public final Tensor detach() {
    return withEdge(this, null);
  }

  /**
   * Makes this result of an operation a leaf without a gradient ({@code torch.Tensor.detach_}), so
   * that a state that is carried on does not hold the graphs of all steps before.
   *
   * @throws BackwardException on a view, whose base would stay in the graph
   */
  public final Tensor detach_() {
    Lineage shared = body.lineage();
    if (shared != null && !shared.isBase(this)) {
      throw BackwardException.inPlace(
          "detach_", spec(), "a view of another tensor", "use detach(), or detach_() its base");
    }
    body.leave();
    body.detach();
    requiresGrad = false;
    if (retaining != null) {
      retaining.close();
      retaining = null;
    }
    return this;
  }

  /** A contiguous copy without a gradient. */
  public final Tensor detachedClone() {
    Tensor copy = empty(spec());
    backend().copy(materialize(), copy.materialize());
    return copy;
  }

  // ---- lifetime ----

  @Override
  public final @Nullable Scope owner() {
    return owner;
  }

  @Override
  public final void owner(@Nullable Scope scope) {
    owner = scope;
    if (scope == null && safetyNet == null && !body.isReleased()) {
      safetyNet = CLEANER.register(this, body);
    }
  }

  @Override
  public final void releasedBy(String by) {
    owner = null;
    if (!body.release(by)) {
      return;
    }
    if (accumulator != null) {
      accumulator.close();
      accumulator = null;
    }
    dropRetained();
    if (safetyNet != null) {
      safetyNet.clean();
      safetyNet = null;
    }
  }

  /** Releases this handle; the memory goes with its last handle. Closing twice is harmless. */
  @Override
  public final void close() {
    releasedBy("close()");
  }

  /** Whether this handle was released. */
  public final boolean isReleased() {
    return body.isReleased();
  }

  @Override
  public final Tensor self() {
    return this;
  }

  /** As PyTorch prints it. */
  @Override
  public String toString() {
    return body.isReleased() ? "tensor(released)" : TensorFormat.DEFAULT.format(this);
  }
}
