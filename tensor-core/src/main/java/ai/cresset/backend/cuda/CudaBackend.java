package ai.cresset.backend.cuda;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Backend;
import ai.cresset.backend.BackgroundUpload;
import ai.cresset.backend.Convolution;
import ai.cresset.backend.FusedAdam;
import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.backend.Program;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.error.DeviceException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.type.Device;
import java.util.List;
import jcuda.CudaException;
import org.jspecify.annotations.Nullable;

/** Kernels of one CUDA device. */
public final class CudaBackend
    implements Backend, FusedAttention, FusedCrossEntropy, FusedAdam, BackgroundUpload {
  private final CudaContext context;
  private final CudaPrecision precision = new CudaPrecision();
  private final CudaCopy copy;
  private final CudaPointwise pointwise;
  private final CudaReduction reductions;
  private final CudaSoftmax softmax;
  private final CudaLayerNorm layerNorm;
  private final CudaIndexing indexing;
  private final CudaCrossEntropy crossEntropy;
  private final CudaMatmul matmul;
  private final CudaSort sort;
  private final CudaNonzero nonzero;
  private final CudaConvolution convolutions;
  private final CudaPooling pooling;
  private final CudaAttention attention;
  private final CudaAdam adam;

  CudaBackend(CudaContext context) {
    this.context = context;
    copy = new CudaCopy(context);
    pointwise = new CudaPointwise(context);
    reductions = new CudaReduction(context);
    softmax = new CudaSoftmax(context);
    layerNorm = new CudaLayerNorm(context);
    indexing = new CudaIndexing(context);
    crossEntropy = new CudaCrossEntropy(context);
    matmul = new CudaMatmul(context, precision, copy);
    sort = new CudaSort(context);
    nonzero = new CudaNonzero(context);
    convolutions = new CudaConvolution(context, precision, copy);
    pooling = new CudaPooling(context);
    attention = new CudaAttention(context);
    adam = new CudaAdam(context);
  }

  /**
   * Whether products of float32 may round their factors to tf32 (10 bits of fraction): many times
   * faster on tensor cores. Not allowed at first.
   */
  public void allowTf32(boolean allowed) {
    precision.allowTf32(allowed);
  }

  /** Whether products of float32 may round their factors to tf32. */
  public boolean allowsTf32() {
    return precision.allowsTf32();
  }

  /** Matrix products run on our own kernels from now on, as where cuBLAS is absent. */
  void leaveOutCublas() {
    matmul.leaveOutLibrary();
  }

  @Override
  public Device device() {
    return context.device();
  }

  @Override
  public String description() {
    return "CUDA on " + context.properties();
  }

  /** What the device is. */
  public DeviceProperties properties() {
    return context.properties();
  }

  /** What is in use of its memory. */
  public DeviceMemoryStatistics memoryStatistics() {
    return context.statistics();
  }

  /** Gives unused memory back to the driver. */
  public void emptyCache() {
    context.emptyCache();
  }

  /** From now on the peaks of the statistics count from what is there now. */
  public void resetPeak() {
    context.resetPeak();
  }

  /** Kernels started so far; a test that shall run here sees this number grow. */
  public long launches() {
    return context.launches();
  }

  /**
   * A kernel from the user's own source.
   *
   * @param function its {@code extern "C" __global__} name
   * @param source CUDA C; the prelude comes before it
   * @throws DeviceException with the compiler's log
   */
  public CompiledKernel compile(String function, String source) {
    return new CompiledKernel(context, context.kernels().generated(function, source));
  }

  @Override
  public Storage allocate(Allocator allocator, long bytes) {
    return context.allocate(allocator, bytes);
  }

  @Override
  public void upload(long hostAddress, Storage target, long targetOffset, long bytes) {
    try {
      context.staging().upload(hostAddress, target.address() + targetOffset, bytes);
    } catch (CudaException e) {
      throw context.failed("copying to the device", e);
    }
  }

  @Override
  public void download(Storage source, long sourceOffset, long hostAddress, long bytes) {
    long mark = context.failures().mark();
    try {
      context.staging().download(source.address() + sourceOffset, hostAddress, bytes);
    } catch (CudaException e) {
      throw context.failed("copying from the device", e);
    }
    context.failures().check(mark);
  }

  @Override
  public Transfer begin(Allocator allocator, long hostAddress, long bytes) {
    try {
      return context.copies().begin(allocator, hostAddress, bytes);
    } catch (CudaException e) {
      throw context.failed("copying to the device", e);
    }
  }

  @Override
  public void synchronize() {
    context.synchronize();
  }

  @Override
  public void copy(View source, View target) {
    copy.copy(source, target);
  }

  @Override
  public void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    pointwise.pointwise(program, scalars, key, inputs, outputs);
  }

  @Override
  public void reduce(Reduction reduction, View input, View output) {
    reductions.reduce(reduction, input, output);
  }

  @Override
  public void argReduce(boolean largest, View input, int dim, View output) {
    reductions.argReduce(largest, input, dim, output);
  }

  @Override
  public void scan(Scan scan, View input, int dim, View output) {
    reductions.scan(scan, input, dim, output);
  }

  @Override
  public void softmax(View input, int dim, boolean logarithm, View output) {
    softmax.softmax(input, dim, logarithm, output);
  }

  @Override
  public void softmaxBackward(
      View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    softmax.softmaxBackward(gradient, output, dim, logarithm, inputGradient);
  }

  @Override
  public void layerNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation) {
    layerNorm.layerNorm(input, weight, bias, epsilon, output, mean, inverseDeviation);
  }

  @Override
  public void layerNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    layerNorm.layerNormBackward(
        gradient,
        input,
        weight,
        mean,
        inverseDeviation,
        inputGradient,
        weightGradient,
        biasGradient);
  }

  @Override
  public void gather(View input, int dim, View index, View output) {
    indexing.gather(input, dim, index, output);
  }

  @Override
  public void indexSelect(View input, int dim, View index, View output) {
    indexing.indexSelect(input, dim, index, output);
  }

  @Override
  public void indexAdd(View source, int dim, View index, View output) {
    indexing.indexAdd(source, dim, index, output);
  }

  @Override
  public void scatter(Scatter scatter, View source, int dim, View index, View output) {
    indexing.scatter(scatter, source, dim, index, output);
  }

  @Override
  public void crossEntropy(
      View logits, View targets, long ignoreIndex, View losses, View logSumExp) {
    crossEntropy.crossEntropy(logits, targets, ignoreIndex, losses, logSumExp);
  }

  @Override
  public void crossEntropyBackward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient) {
    crossEntropy.crossEntropyBackward(
        gradient, logits, targets, ignoreIndex, logSumExp, logitsGradient);
  }

  @Override
  public void matmul(View left, View right, View output, boolean accumulate) {
    matmul.matmul(left, right, output, accumulate);
  }

  @Override
  public void sort(View input, int dim, boolean descending, View values, View indices) {
    sort.sort(input, dim, descending, values, indices);
  }

  @Override
  public void nonzero(View input, View output) {
    nonzero.nonzero(input, output);
  }

  @Override
  public void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    convolutions.convolution(convolution, input, weight, bias, output);
  }

  @Override
  public void convolutionInput(
      Convolution convolution, View gradient, View weight, View inputGradient) {
    convolutions.convolutionInput(convolution, gradient, weight, inputGradient);
  }

  @Override
  public void convolutionWeight(
      Convolution convolution, View input, View gradient, View weightGradient) {
    convolutions.convolutionWeight(convolution, input, gradient, weightGradient);
  }

  @Override
  public void maxPool(List<Window> windows, View input, View output, View indices) {
    pooling.maxPool(windows, input, output, indices);
  }

  @Override
  public void maxPoolBackward(View gradient, View indices, View inputGradient) {
    pooling.maxPoolBackward(gradient, indices, inputGradient);
  }

  @Override
  public void averagePool(Averaging averaging, View input, View output) {
    pooling.averagePool(averaging, input, output);
  }

  @Override
  public void averagePoolBackward(Averaging averaging, View gradient, View inputGradient) {
    pooling.averagePoolBackward(averaging, gradient, inputGradient);
  }

  @Override
  public void attention(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp) {
    attention.attention(query, key, value, causal, scale, output, logSumExp);
  }

  @Override
  public void attentionBackward(
      View gradient,
      View query,
      View key,
      View value,
      View output,
      View logSumExp,
      boolean causal,
      double scale,
      View queryGradient,
      View keyGradient,
      View valueGradient) {
    attention.attentionBackward(
        gradient,
        query,
        key,
        value,
        output,
        logSumExp,
        causal,
        scale,
        queryGradient,
        keyGradient,
        valueGradient);
  }

  @Override
  public void adam(List<Slice> slices, Numbers numbers, @Nullable View skip) {
    adam.adam(slices, numbers, skip);
  }

  @Override
  public void findNotFinite(List<View> gradients, View found) {
    adam.findNotFinite(gradients, found);
  }
}
