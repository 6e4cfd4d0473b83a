package ai.cresset.backend.reference;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Backend;
import ai.cresset.backend.Convolution;
import ai.cresset.backend.Program;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.error.DTypeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The specification of {@link Backend}: one element at a time, in double precision. */
public final class ReferenceBackend implements Backend {
  @Override
  public Device device() {
    return Device.REFERENCE;
  }

  @Override
  public String description() {
    return "the specification in plain Java loops, for tests";
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
    boolean integral = Elements.integral(source.dtype(), target.dtype());
    for (long i = 0; i < target.numel(); i++) {
      if (integral) {
        Elements.putLong(target, i, Elements.getLong(source, i));
      } else if (source.dtype() == DType.INT64 && target.dtype() == DType.FLOAT32) {
        Elements.putLong(target, i, Elements.getLong(source, i));
      } else {
        Elements.putDouble(target, i, Elements.getDouble(source, i));
      }
    }
  }

  @Override
  public void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    IntegerExpression integers = new IntegerExpression(scalars, inputs);
    ReferenceExpression reals = new ReferenceExpression(program.compute(), scalars, key, inputs);
    int count = outputs.size();
    for (long i = 0; i < outputs.get(0).numel(); i++) {
      if (program.compute() == DType.INT64) {
        long[] values = new long[count];
        for (int k = 0; k < count; k++) {
          values[k] = integers.evaluate(program.outputs().get(k), i);
        }
        for (int k = 0; k < count; k++) {
          Elements.putLong(outputs.get(k), i, values[k]);
        }
      } else {
        double[] values = new double[count];
        for (int k = 0; k < count; k++) {
          values[k] = reals.evaluate(program.outputs().get(k), i);
        }
        for (int k = 0; k < count; k++) {
          Elements.putDouble(outputs.get(k), i, values[k]);
        }
      }
    }
  }

  @Override
  public void reduce(Reduction reduction, View input, View output) {
    ReferenceReduction.reduce(reduction, input, output);
  }

  @Override
  public void argReduce(boolean largest, View input, int dim, View output) {
    ReferenceReduction.argReduce(largest, input, dim, output);
  }

  @Override
  public void scan(Scan scan, View input, int dim, View output) {
    ReferenceReduction.scan(scan, input, dim, output);
  }

  @Override
  public void matmul(View left, View right, View output, boolean accumulate) {
    if (output.dtype() == DType.BOOL) {
      throw DTypeException.unsupported("matmul", output.dtype(), "all types but bool");
    }
    boolean integral = output.dtype().isIntegral();
    Shape shape = output.shape();
    long rows = shape.size(1);
    long columns = shape.size(2);
    long inner = left.shape().size(2);
    for (long b = 0; b < shape.size(0); b++) {
      for (long m = 0; m < rows; m++) {
        for (long n = 0; n < columns; n++) {
          long at = (b * rows + m) * columns + n;
          if (integral) {
            long sum = accumulate ? Elements.getLong(output, at) : 0;
            for (long k = 0; k < inner; k++) {
              sum +=
                  Elements.getLong(left, (b * rows + m) * inner + k)
                      * Elements.getLong(right, (b * inner + k) * columns + n);
            }
            Elements.putLong(output, at, sum);
            continue;
          }
          double sum = accumulate ? Elements.getDouble(output, at) : 0;
          for (long k = 0; k < inner; k++) {
            sum +=
                Elements.getDouble(left, (b * rows + m) * inner + k)
                    * Elements.getDouble(right, (b * inner + k) * columns + n);
          }
          Elements.putDouble(output, at, sum);
        }
      }
    }
  }

  @Override
  public void softmax(View input, int dim, boolean logarithm, View output) {
    ReferenceNormalization.softmax(input, dim, logarithm, output);
  }

  @Override
  public void softmaxBackward(
      View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    ReferenceNormalization.softmaxBackward(gradient, output, dim, logarithm, inputGradient);
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
    ReferenceNormalization.layerNorm(input, weight, bias, epsilon, output, mean, inverseDeviation);
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
    ReferenceNormalization.layerNormBackward(
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
    ReferenceIndexing.gather(input, dim, index, output);
  }

  @Override
  public void scatter(Scatter scatter, View source, int dim, View index, View output) {
    ReferenceIndexing.scatter(scatter, source, dim, index, output);
  }

  @Override
  public void sort(View input, int dim, boolean descending, View values, View indices) {
    ReferenceOrder.sort(input, dim, descending, values, indices);
  }

  @Override
  public void nonzero(View input, View output) {
    ReferenceIndexing.nonzero(input, output);
  }

  @Override
  public void indexSelect(View input, int dim, View index, View output) {
    ReferenceIndexing.indexSelect(input, dim, index, output);
  }

  @Override
  public void indexAdd(View source, int dim, View index, View output) {
    ReferenceIndexing.indexAdd(source, dim, index, output);
  }

  @Override
  public void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    ReferenceConvolution.of(convolution, input, weight, output).forward(bias);
  }

  @Override
  public void convolutionInput(
      Convolution convolution, View gradient, View weight, View inputGradient) {
    ReferenceConvolution.of(convolution, inputGradient, weight, gradient).inputGradient();
  }

  @Override
  public void convolutionWeight(
      Convolution convolution, View input, View gradient, View weightGradient) {
    ReferenceConvolution.of(convolution, input, weightGradient, gradient).weightGradient();
  }

  @Override
  public void maxPool(List<Window> windows, View input, View output, View indices) {
    ReferencePooling.max(windows, input, output, indices);
  }

  @Override
  public void maxPoolBackward(View gradient, View indices, View inputGradient) {
    ReferencePooling.maxBackward(gradient, indices, inputGradient);
  }

  @Override
  public void averagePool(Averaging averaging, View input, View output) {
    ReferencePooling.average(averaging, input, output);
  }

  @Override
  public void averagePoolBackward(Averaging averaging, View gradient, View inputGradient) {
    ReferencePooling.averageBackward(averaging, gradient, inputGradient);
  }
}
