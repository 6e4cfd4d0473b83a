package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's convolution primitives on channels-last images. The layout of weights is oneDNN's choice
 * (plain weights would take a loop that is a thousand times slower); they are reordered for each
 * call. Each thread keeps the primitives it used last.
 */
final class DnnlConvolution {
  /**
   * Weight gradients of kernels of size 1. With a stride they first gather the elements that count,
   * and where the channels do not fill a block they write beyond the room for that: the process
   * aborts some allocations later. Seen with 4 channels; oneDNN's issue 6035.
   */
  private static final String BROKEN = "jit_1x1";

  /** Channels that the widest vectors hold. */
  private static final int WIDEST_BLOCK = 16;

  /** What is computed: the output, or the gradient of the input or of the weight. */
  enum Kind {
    FORWARD,
    INPUT,
    WEIGHT
  }

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final ThreadLocal<PrimitiveCache<Key, Primitive>> caches =
      PrimitiveCache.ofThreads(cpu, key -> make(cpu, key));

  /**
   * Everything but the addresses. The type of weights differs in bfloat16 gradients that are sums.
   */
  private record Key(
      Kind kind,
      Convolution window,
      Shape x,
      Shape w,
      Shape y,
      boolean biased,
      DType dtype,
      DType weightType) {
    static Key of(Kind kind, Convolution window, View x, View w, boolean biased, View y) {
      return new Key(kind, window, x.shape(), w.shape(), y.shape(), biased, x.dtype(), w.dtype());
    }

    /** Whether the depth is 1 everywhere, so that two dimensions are enough. */
    boolean flat() {
      return x.size(2) == 1 && w.size(2) == 1 && y.size(2) == 1 && window.padding().get(0) == 0;
    }

    memory.data_type type() {
      return type(dtype);
    }

    private static memory.data_type type(DType dtype) {
      return dtype == DType.BFLOAT16 ? memory.data_type.bf16 : memory.data_type.f32;
    }

    memory.desc image(Shape shape) {
      long[] sizes = ConvolutionKernel.sizes(shape, flat());
      long[] steps = new long[sizes.length];
      steps[1] = 1;
      long next = sizes[1];
      for (int dim = sizes.length - 1; dim > 1; dim--) {
        steps[dim] = next;
        next *= sizes[dim];
      }
      steps[0] = next;
      return new memory.desc(sizes, type(), steps);
    }

    private long[] weightSizes() {
      long[] sizes = ConvolutionKernel.sizes(w, flat());
      if (window.groups() == 1) {
        return sizes;
      }
      long[] grouped = new long[sizes.length + 1];
      grouped[0] = window.groups();
      System.arraycopy(sizes, 0, grouped, 1, sizes.length);
      grouped[1] /= window.groups();
      return grouped;
    }

    /** Weights as they lie in tensors. */
    memory.desc plainWeight() {
      long[] sizes = weightSizes();
      long[] steps = new long[sizes.length];
      long next = 1;
      for (int dim = sizes.length - 1; dim >= 0; dim--) {
        steps[dim] = next;
        next *= sizes[dim];
      }
      return new memory.desc(sizes, type(weightType), steps);
    }

    /** Weights as oneDNN likes them. */
    memory.desc anyWeight() {
      return new memory.desc(weightSizes(), type(), memory.format_tag.any);
    }

    /** Their gradient. */
    memory.desc anyWeightGradient() {
      return new memory.desc(weightSizes(), type(weightType), memory.format_tag.any);
    }

    memory.desc bias() {
      return new memory.desc(new long[] {w.size(0)}, type(), new long[] {1});
    }

    /** Whether a step skips elements and the channels do not fill their last block. */
    boolean gathersPartOfABlock() {
      boolean skips = window.stride().stream().anyMatch(step -> step > 1);
      return skips && w.size(1) % WIDEST_BLOCK != 0;
    }

    long[] stride() {
      return spatial(window.stride());
    }

    /** oneDNN counts the gaps. */
    long[] dilation() {
      long[] steps = spatial(window.dilation());
      for (int i = 0; i < steps.length; i++) {
        steps[i]--;
      }
      return steps;
    }

    long[] before() {
      return spatial(window.padding());
    }

    /** What the sizes imply; negative where the last elements are never seen. */
    long[] after() {
      long[] sizes = new long[3];
      for (int dim = 0; dim < 3; dim++) {
        sizes[dim] =
            (y.size(2 + dim) - 1) * window.stride().get(dim)
                + window.reach(dim, w.size(2 + dim))
                - x.size(2 + dim)
                - window.padding().get(dim);
      }
      return flat() ? new long[] {sizes[1], sizes[2]} : sizes;
    }

    private long[] spatial(java.util.List<Integer> numbers) {
      return flat()
          ? new long[] {numbers.get(1), numbers.get(2)}
          : new long[] {numbers.get(0), numbers.get(1), numbers.get(2)};
    }
  }

  /** Whether oneDNN has a primitive for this. */
  boolean takes(Kind kind, Convolution window, View x, View w, boolean biased, View y) {
    return caches.get().find(Key.of(kind, window, x, w, biased, y)).isPresent();
  }

  /** The name of the chosen implementation, for tests. */
  String implementation(Kind kind, Convolution window, View x, View w, boolean biased, View y) {
    return caches.get().get(Key.of(kind, window, x, w, biased, y)).primitive.implementation();
  }

  /** Where the weight lies as {@link #forward} of these shapes wants it. */
  long forwardWeight(
      Convolution window, View x, View w, boolean biased, View y, Temporaries temporaries) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.FORWARD, window, x, w, biased, y));
    return found.chosenWeight(cache.stream(), w, temporaries);
  }

  void forward(Convolution window, View x, View w, long chosenWeight, @Nullable View bias, View y) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.FORWARD, window, x, w, bias != null, y));
    if (bias != null) {
      found.placeBias(bias.address());
    }
    found.run(cache.stream(), x.address(), chosenWeight, y.address());
  }

  /** Where the weight lies as {@link #inputGradient} of these shapes wants it. */
  long inputWeight(Convolution window, View x, View w, View y, Temporaries temporaries) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.INPUT, window, x, w, false, y));
    return found.chosenWeight(cache.stream(), w, temporaries);
  }

  void inputGradient(Convolution window, View x, View w, long chosenWeight, View y) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.INPUT, window, x, w, false, y));
    found.run(cache.stream(), x.address(), chosenWeight, y.address());
  }

  void weightGradient(Convolution window, View x, View w, View y, Temporaries temporaries) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.WEIGHT, window, x, w, false, y));
    long chosen = found.reordered ? temporaries.allocate(found.weightBytes).address() : w.address();
    found.run(cache.stream(), x.address(), chosen, y.address());
    if (found.reordered) {
      found.reorder(cache.stream(), chosen, w.address());
    }
  }

  /** The bytes that {@link #chosenWeightGradient} writes. */
  long weightBytes(Convolution window, View x, View w, View y) {
    return caches.get().get(Key.of(Kind.WEIGHT, window, x, w, false, y)).weightBytes;
  }

  /**
   * The weight's gradient in oneDNN's layout for these shapes; only its shape and type are read.
   */
  void chosenWeightGradient(Convolution window, View x, View w, View y, long chosen) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.WEIGHT, window, x, w, false, y));
    found.run(cache.stream(), x.address(), chosen, y.address());
  }

  /** Lays out what {@link #chosenWeightGradient} wrote for these shapes as tensors do. */
  void plainWeightGradient(Convolution window, View x, View w, View y, long chosen) {
    PrimitiveCache<Key, Primitive> cache = caches.get();
    Primitive found = cache.get(Key.of(Kind.WEIGHT, window, x, w, false, y));
    found.reorder(cache.stream(), chosen, w.address());
  }

  private static Optional<Primitive> make(engine cpu, Key key) {
    long[] after = key.after();
    long[] stride = key.stride();
    for (int dim = 0; dim < after.length; dim++) {
      if (after[dim] + stride[dim] <= 0) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(new Primitive(cpu, key));
    } catch (RuntimeException e) {
      // oneDNN reports "unimplemented" so.
      return Optional.empty();
    }
  }

  /** A primitive with its arguments, confined to one thread. */
  private static final class Primitive implements PrimitiveCache.Kept {
    private final DnnlPrimitive primitive;
    private final memory image;
    private final memory weight;
    private final memory result;
    private final @Nullable memory bias;
    private final reorder reorder;
    private final boolean reordered;
    private final long weightBytes;
    private final memory from;
    private final memory to;
    private final DnnlAddress address = new DnnlAddress();

    Primitive(engine cpu, Key key) {
      try (memory.desc x = key.image(key.x());
          memory.desc any = key.anyWeight();
          memory.desc plain = key.plainWeight();
          memory.desc one = key.biased() ? key.bias() : new memory.desc();
          memory.desc y = key.image(key.y());
          primitive_attr attributes = DnnlPrimitive.attributes();
          convolution_forward.primitive_desc forward =
              forward(cpu, key, x, any, one, y, attributes)) {
        memory.desc chosen;
        switch (key.kind()) {
          case FORWARD -> {
            chosen = forward.weights_desc();
            this.primitive = new DnnlPrimitive(cpu, new convolution_forward(forward), forward);
            this.image = primitive.argument(dnnl.DNNL_ARG_SRC, x);
            this.weight = primitive.argument(dnnl.DNNL_ARG_WEIGHTS, chosen);
            this.result = primitive.argument(dnnl.DNNL_ARG_DST, y);
          }
          case INPUT -> {
            try (convolution_backward_data.primitive_desc backward =
                new convolution_backward_data.primitive_desc(
                    cpu,
                    algorithm.convolution_direct,
                    x,
                    any,
                    y,
                    key.stride(),
                    key.dilation(),
                    key.before(),
                    key.after(),
                    forward,
                    attributes,
                    false)) {
              chosen = backward.weights_desc();
              this.primitive =
                  new DnnlPrimitive(cpu, new convolution_backward_data(backward), backward);
            }
            this.image = primitive.argument(dnnl.DNNL_ARG_DIFF_SRC, x);
            this.weight = primitive.argument(dnnl.DNNL_ARG_WEIGHTS, chosen);
            this.result = primitive.argument(dnnl.DNNL_ARG_DIFF_DST, y);
          }
          default -> {
            try (memory.desc gradient = key.anyWeightGradient();
                convolution_backward_weights.primitive_desc backward =
                    new convolution_backward_weights.primitive_desc(
                        cpu,
                        algorithm.convolution_direct,
                        x,
                        gradient,
                        y,
                        key.stride(),
                        key.dilation(),
                        key.before(),
                        key.after(),
                        forward,
                        attributes,
                        false)) {
              skipBroken(key, backward);
              chosen = backward.diff_weights_desc();
              this.primitive =
                  new DnnlPrimitive(cpu, new convolution_backward_weights(backward), backward);
            }
            this.image = primitive.argument(dnnl.DNNL_ARG_SRC, x);
            this.weight = primitive.argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, chosen);
            this.result = primitive.argument(dnnl.DNNL_ARG_DIFF_DST, y);
          }
        }
        boolean forwards = key.kind() == Kind.FORWARD && key.biased();
        this.bias = forwards ? primitive.argument(dnnl.DNNL_ARG_BIAS, one) : null;
        boolean gradient = key.kind() == Kind.WEIGHT;
        this.reordered = chosen.notEquals(plain);
        this.weightBytes = chosen.get_size();
        this.from = new memory(gradient ? chosen : plain, cpu, new DnnlAddress());
        this.to = new memory(gradient ? plain : chosen, cpu, new DnnlAddress());
        this.reorder = new reorder(from, to);
        chosen.close();
      }
    }

    private static convolution_forward.primitive_desc forward(
        engine cpu,
        Key key,
        memory.desc x,
        memory.desc w,
        memory.desc bias,
        memory.desc y,
        primitive_attr attributes) {
      prop_kind kind =
          key.kind() == Kind.FORWARD ? prop_kind.forward_inference : prop_kind.forward_training;
      return key.biased()
          ? new convolution_forward.primitive_desc(
              cpu,
              kind,
              algorithm.convolution_direct,
              x,
              w,
              bias,
              y,
              key.stride(),
              key.dilation(),
              key.before(),
              key.after(),
              attributes,
              false)
          : new convolution_forward.primitive_desc(
              cpu,
              kind,
              algorithm.convolution_direct,
              x,
              w,
              y,
              key.stride(),
              key.dilation(),
              key.before(),
              key.after(),
              attributes,
              false);
    }

    /** Goes on to the next implementation while the one at hand is known to be broken. */
    private static void skipBroken(Key key, primitive_desc description) {
      while (DnnlPrimitive.implementation(description).startsWith(BROKEN)
          && key.gathersPartOfABlock()) {
        if (!description.next_impl()) {
          throw new IllegalStateException("oneDNN has no sound implementation");
        }
      }
    }

    /** Where the weight lies in the primitive's own layout. */
    long chosenWeight(stream stream, View w, Temporaries temporaries) {
      if (!reordered) {
        return w.address();
      }
      long where = temporaries.allocate(weightBytes).address();
      reorder(stream, w.address(), where);
      return where;
    }

    void placeBias(long where) {
      primitive.place(Objects.requireNonNull(bias), where);
    }

    void run(stream stream, long x, long chosen, long y) {
      primitive.place(image, x);
      primitive.place(weight, chosen);
      primitive.place(result, y);
      primitive.execute(stream);
    }

    void reorder(stream stream, long source, long target) {
      from.set_data_handle(address.at(source));
      to.set_data_handle(address.at(target));
      reorder.execute(stream, from, to);
    }

    @Override
    public void close() {
      reorder.close();
      from.close();
      to.close();
      primitive.close();
    }
  }
}
