package ai.cresset.backend;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device must be able to do. Shapes and types were checked by the caller; views may have any
 * strides unless said otherwise, and any alignment that their type allows. Outputs never overlap
 * inputs unless they are the same view. Everything else is composed of these.
 *
 * <p>The contract stays below 45 methods. What only some devices do faster is a {@linkplain
 * #capability capability} with a composed fallback.
 */
public interface Backend {
  /** The device these kernels run on. */
  Device device();

  /** Hardware and libraries, for logs. */
  String description();

  /** Memory of this device, accounted to {@code allocator}. */
  Storage allocate(Allocator allocator, long bytes);

  /** Copies from host memory to this device. */
  void upload(long hostAddress, Storage target, long targetOffset, long bytes);

  /** Copies from this device to host memory. */
  void download(Storage source, long sourceOffset, long hostAddress, long bytes);

  /** Waits until every kernel started by this thread has ended. */
  void synchronize();

  /** Copies elements between views of one shape, casting as PyTorch does. */
  void copy(View source, View target);

  /**
   * Runs an element-wise program.
   *
   * @param scalars the program's run-time numbers
   * @param key where its random numbers begin; element numbers are row-major in the outputs' shape
   * @param inputs views of the outputs' shape (broadcast ones have strides of 0)
   * @param outputs one for each expression, all of one shape
   */
  void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs);

  /**
   * Reduces every dimension in which {@code output} has size 1 and {@code input} has not. Sums of
   * 16-bit types are kept in float32.
   */
  void reduce(Reduction reduction, View input, View output);

  /**
   * The index of the largest (or smallest) element along {@code dim}; the first one wins, NaN wins
   * over all.
   *
   * @param output int64, size 1 at {@code dim}
   */
  void argReduce(boolean largest, View input, int dim, View output);

  /** A running sum, product, maximum or minimum along {@code dim}. */
  void scan(Scan scan, View input, int dim, View output);

  /**
   * Matrix products: {@code output[b, m, n] = sum_k left[b, m, k] * right[b, k, n]}, all of rank 3,
   * of one type other than bool; integers wrap around.
   *
   * @param accumulate add to what the output holds instead of replacing it
   */
  void matmul(View left, View right, View output, boolean accumulate);

  /** Softmax or its logarithm along {@code dim}. */
  void softmax(View input, int dim, boolean logarithm, View output);

  /** The gradient of {@link #softmax}, from its output. */
  void softmaxBackward(View gradient, View output, int dim, boolean logarithm, View inputGradient);

  /**
   * Normalises each row of {@code [rows, size]} to mean 0 and variance 1, then scales and shifts.
   *
   * @param weight {@code [size]}
   * @param bias {@code [size]}
   * @param mean output, {@code [rows]}
   * @param inverseDeviation output, {@code [rows]}: {@code 1 / sqrt(variance + epsilon)}
   */
  void layerNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation);

  /** The gradients of {@link #layerNorm}; those that are null are not wanted. */
  void layerNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient);

  /**
   * {@code output[i][j][k] = input[i][index[i][j][k]][k]} for {@code dim} 1, and so on ({@code
   * torch.gather}).
   *
   * @param index int64, of the output's shape
   * @throws ai.cresset.error.ShapeException for an index outside of the dimension
   */
  void gather(View input, int dim, View index, View output);

  /**
   * Whole slices of {@code input} by their index along {@code dim}; {@code index} is int64 of rank
   * 1.
   *
   * @throws ai.cresset.error.ShapeException for an index outside of the dimension
   */
  void indexSelect(View input, int dim, View index, View output);

  /**
   * Adds slices of {@code source} into {@code output} by their index along {@code dim}, in order.
   */
  void indexAdd(View source, int dim, View index, View output);

  /**
   * Lays elements of {@code source} onto those of {@code output} at {@code index} along {@code
   * dim}, in row-major order: {@link #gather}'s mirror.
   *
   * @param index int64, of the source's shape
   * @throws ai.cresset.error.ShapeException for an index outside of the dimension
   */
  void scatter(Scatter scatter, View source, int dim, View index, View output);

  /** {@link #scatter} that adds. */
  default void scatterAdd(View source, int dim, View index, View output) {
    scatter(Scatter.ADD, source, dim, index, output);
  }

  /**
   * Sorts along {@code dim}. Equal elements keep their order, in both directions; NaN is larger
   * than all, and both zeros are equal.
   *
   * @param values of the input's type, and of its shape or shorter along {@code dim}: then only the
   *     first ones are wanted
   * @param indices int64, where the values were; of the same shape as {@code values}
   */
  void sort(View input, int dim, boolean descending, View values, View indices);

  /**
   * Where along {@code dim} the element is that {@link #sort}, ascending, would put at place {@code
   * k}, from 0 on.
   *
   * @param indices int64, of the input's shape with size 1 along {@code dim}
   */
  default void kth(View input, int dim, long k, View indices) {
    Allocator allocator = Allocator.current();
    Shape first = input.shape().with(dim, k + 1);
    Storage values = allocate(allocator, first.numel() * input.dtype().bytes());
    Storage places = allocate(allocator, first.numel() * DType.INT64.bytes());
    try {
      View sorted = View.contiguous(places, first, DType.INT64);
      sort(input, dim, false, View.contiguous(values, first, input.dtype()), sorted);
      long last = k * sorted.strides().stride(dim);
      copy(new View(places, last, indices.shape(), sorted.strides(), DType.INT64), indices);
    } finally {
      values.release();
      places.release();
    }
  }

  /**
   * Where elements are not 0, in row-major order.
   *
   * @param output int64, {@code [count, rank]}, with as many rows as there are such elements
   */
  void nonzero(View input, View output);

  // ---- images: [batch, channels, 1 to 3 spatial dimensions], of one floating type ----

  /**
   * {@code output[n, o, y] = bias[o] + sum over c, k of input[n, c, y * stride - padding + k *
   * dilation] * weight[o, c, k]}, where c runs over the channels of o's group.
   *
   * @param weight {@code [outChannels, inChannels / groups, kernel...]}
   * @param bias {@code [outChannels]}
   */
  void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output);

  /** The gradient of a convolution's input; a transposed convolution of {@code gradient}. */
  void convolutionInput(Convolution convolution, View gradient, View weight, View inputGradient);

  /** The gradient of a convolution's weight. */
  void convolutionWeight(Convolution convolution, View input, View gradient, View weightGradient);

  /**
   * The largest element of each window, and its place among the spatial elements of its channel.
   * The first one wins, the last NaN wins over all.
   *
   * @param windows one for each spatial dimension
   * @param indices int64, of the output's shape
   */
  void maxPool(List<Window> windows, View input, View output, View indices);

  /** Zeros with the elements of {@code gradient} added at their places. */
  void maxPoolBackward(View gradient, View indices, View inputGradient);

  /** The average of each window. */
  void averagePool(Averaging averaging, View input, View output);

  /** The gradient of {@link #averagePool}. */
  void averagePoolBackward(Averaging averaging, View gradient, View inputGradient);

  /** An optional fused capability, such as {@link FusedAttention}. */
  default <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }
}
