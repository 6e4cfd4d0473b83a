package ai.cresset.backend.cpu;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Backend;
import ai.cresset.backend.Convolution;
import ai.cresset.backend.FusedAdam;
import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedBatchNorm;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.backend.Int8Matmul;
import ai.cresset.backend.Program;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fast backend of the host's processors. Thread-safe; kernels have ended at their return. */
public final class CpuBackend
    implements Backend, FusedAdam, FusedAttention, FusedBatchNorm, FusedCrossEntropy {
  private final ThreadTeam team;
  private final FloatKernels kernels;
  private final DnnlMatmul dnnl;
  private final PointwiseKernel pointwise;
  private final CopyKernel copies;
  private final ReduceKernel reductions;
  private final ArgReduceKernel argReductions;
  private final ScanKernel scans;
  private final SoftmaxKernel softmax;
  private final LayerNormKernel layerNorm;
  private final BatchNormKernel batchNorm;
  private final IndexKernel indexing;
  private final SortKernel sorting;
  private final MatmulKernel matmul;
  private final ConvolutionKernel convolutions;
  private final PoolingKernel poolings;
  private final AdamKernel adam;
  private final AttentionKernel attention;
  private final CrossEntropyKernel crossEntropy;
  private final @Nullable Int8Matmul int8;

  CpuBackend(int threads, FloatKernels kernels) {
    this.team = new ThreadTeam(threads);
    this.kernels = kernels;
    OpenMpThreads openMp = new OpenMpThreads(threads);
    this.dnnl = new DnnlMatmul(team, openMp);
    this.pointwise = new PointwiseKernel(team, kernels);
    this.copies = new CopyKernel(team);
    this.reductions = new ReduceKernel(team, kernels);
    this.argReductions = new ArgReduceKernel(team);
    this.scans = new ScanKernel(team);
    this.softmax = new SoftmaxKernel(team, kernels);
    this.layerNorm = new LayerNormKernel(team, kernels);
    this.batchNorm = new BatchNormKernel(team, kernels);
    this.indexing = new IndexKernel(team, kernels);
    DnnlGemm gemm = new DnnlGemm(team, openMp, pointwise);
    this.matmul = new MatmulKernel(team, kernels, copies, dnnl, gemm);
    this.sorting = new SortKernel(team);
    this.convolutions =
        new ConvolutionKernel(
            team,
            openMp,
            copies,
            pointwise,
            matmul,
            new WinogradConvolution(team, kernels, copies, dnnl),
            dnnl.supportsBFloat16());
    this.poolings = new PoolingKernel(team, copies, kernels);
    this.adam = new AdamKernel(team, kernels);
    this.attention = new AttentionKernel(team, kernels, copies, matmul, gemm);
    this.crossEntropy = new CrossEntropyKernel(team, kernels);
    boolean fast = DnnlInt8Matmul.isFast(dnnl.instructionSet());
    this.int8 = fast ? new DnnlInt8Matmul(team, openMp) : null;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public String description() {
    return team.threads()
        + (team.threads() == 1 ? " thread, " : " threads, ")
        + kernels.description()
        + ", "
        + dnnl.description();
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == Int8Matmul.class
        ? Optional.ofNullable(int8).map(type::cast)
        : Backend.super.capability(type);
  }

  @Override
  public Storage allocate(Allocator allocator, long bytes) {
    return allocator.allocate(device(), bytes);
  }

  @Override
  public void upload(long hostAddress, Storage target, long targetOffset, long bytes) {
    NativeMemory.copy(hostAddress, target.address() + targetOffset, bytes);
  }

  @Override
  public void download(Storage source, long sourceOffset, long hostAddress, long bytes) {
    NativeMemory.copy(source.address() + sourceOffset, hostAddress, bytes);
  }

  @Override
  public void synchronize() {
    // Every kernel has ended when its call returns.
  }

  @Override
  public void copy(View source, View target) {
    copies.copy(source, target);
  }

  @Override
  public void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    pointwise.run(program, scalars, key, inputs, outputs);
  }

  @Override
  public void reduce(Reduction reduction, View input, View output) {
    reductions.reduce(reduction, input, output);
  }

  @Override
  public void argReduce(boolean largest, View input, int dim, View output) {
    argReductions.argReduce(largest, input, dim, output);
  }

  @Override
  public void scan(Scan scan, View input, int dim, View output) {
    scans.scan(scan, input, dim, output);
  }

  @Override
  public void matmul(View left, View right, View output, boolean accumulate) {
    matmul.multiply(left, right, output, accumulate);
  }

  @Override
  public void softmax(View input, int dim, boolean logarithm, View output) {
    softmax.forward(input, dim, logarithm, output);
  }

  @Override
  public void softmaxBackward(
      View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    softmax.backward(gradient, output, dim, logarithm, inputGradient);
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
    layerNorm.forward(input, weight, bias, epsilon, output, mean, inverseDeviation);
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
    layerNorm.backward(
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
  public void batchNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      boolean rectified,
      View output,
      View mean,
      View variance,
      View inverseDeviation) {
    batchNorm.forward(
        input, weight, bias, epsilon, rectified, output, mean, variance, inverseDeviation);
  }

  @Override
  public void batchNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      @Nullable View bias,
      boolean rectified,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    batchNorm.backward(
        gradient,
        input,
        weight,
        bias,
        rectified,
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
  public void scatter(Scatter scatter, View source, int dim, View index, View output) {
    indexing.scatter(scatter, source, dim, index, output);
  }

  @Override
  public void sort(View input, int dim, boolean descending, View values, View indices) {
    sorting.sort(input, dim, descending, values, indices);
  }

  @Override
  public void kth(View input, int dim, long k, View indices) {
    sorting.kth(input, dim, k, indices);
  }

  @Override
  public void nonzero(View input, View output) {
    indexing.nonzero(input, output);
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
  public void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    convolutions.forward(convolution, input, weight, bias, output);
  }

  @Override
  public void convolutionInput(
      Convolution convolution, View gradient, View weight, View inputGradient) {
    convolutions.inputGradient(convolution, gradient, weight, inputGradient);
  }

  @Override
  public void convolutionWeight(
      Convolution convolution, View input, View gradient, View weightGradient) {
    convolutions.weightGradient(convolution, input, gradient, weightGradient);
  }

  @Override
  public void maxPool(List<Window> windows, View input, View output, View indices) {
    poolings.max(windows, input, output, indices);
  }

  @Override
  public void maxPoolBackward(View gradient, View indices, View inputGradient) {
    poolings.maxBackward(gradient, indices, inputGradient);
  }

  @Override
  public void averagePool(Averaging averaging, View input, View output) {
    poolings.average(averaging, input, output);
  }

  @Override
  public void averagePoolBackward(Averaging averaging, View gradient, View inputGradient) {
    poolings.averageBackward(averaging, gradient, inputGradient);
  }

  @Override
  public boolean takes(DType type) {
    return type == DType.FLOAT32;
  }

  @Override
  public void adam(List<Slice> slices, Numbers numbers, @Nullable View skip) {
    adam.update(slices, numbers, skip);
  }

  @Override
  public void findNotFinite(List<View> gradients, View found) {
    adam.findNotFinite(gradients, found);
  }

  @Override
  public void attention(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp) {
    attention.forward(query, key, value, causal, scale, output, logSumExp);
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
    attention.backward(
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
  public void crossEntropy(
      View logits, View targets, long ignoreIndex, View losses, View logSumExp) {
    crossEntropy.forward(logits, targets, ignoreIndex, losses, logSumExp);
  }

  @Override
  public void crossEntropyBackward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient) {
    crossEntropy.backward(gradient, logits, targets, ignoreIndex, logSumExp, logitsGradient);
  }
}
