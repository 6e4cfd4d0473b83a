package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.error.DeviceException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.nio.ByteBuffer;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.cudaStream_t;

/**
 * Matrix products by cuBLAS on the compute stream. Sums of 16-bit types are float32. One stream and
 * a workspace of our own make its results the same in every run.
 */
final class CublasMatmul {
  private static final long WORKSPACE_BYTES = 32L << 20;

  /** cublasMath: 16-bit results are not used between parts of a sum. */
  private static final int EXACT_REDUCTIONS = 16;

  private final CudaContext context;
  private final CudaPrecision precision;
  private final cublasHandle handle = new cublasHandle();
  private final Storage workspace;
  private final ByteBuffer factors = ByteBuffer.allocateDirect(4 * Double.BYTES);

  /**
   * Opens cuBLAS.
   *
   * @throws DeviceException if it is not here
   */
  CublasMatmul(CudaContext context, CudaPrecision precision) {
    this.context = context;
    this.precision = precision;
    CudaLibrary.BLAS.load();
    JCublas2.setExceptionsEnabled(true);
    context.enter();
    JCublas2.cublasCreate(handle);
    JCublas2.cublasSetStream(handle, new cudaStream_t(context.computeStream()));
    workspace = context.allocate(WORKSPACE_BYTES);
    JCublas2.cublasSetWorkspace(handle, new DeviceAddress(workspace.address()), WORKSPACE_BYTES);
    JCublas2.cublasSetMathMode(handle, EXACT_REDUCTIONS);
    long address = NativeMemory.address(factors);
    for (int i = 0; i < 2; i++) {
      NativeMemory.putFloat(address + (long) i * Double.BYTES, i);
      NativeMemory.putDouble(address + (2L + i) * Double.BYTES, i);
    }
  }

  /** Whether its sizes fit and its rows or columns lie together. */
  static boolean takes(View view) {
    Shape shape = view.shape();
    boolean small = shape.size(1) <= Integer.MAX_VALUE && shape.size(2) <= Integer.MAX_VALUE;
    return small && (isRowMajor(view) || isRowMajor(Matrices.transposed(view)));
  }

  static boolean isRowMajor(View view) {
    long rows = view.shape().size(1);
    long columns = view.shape().size(2);
    long leading = view.strides().stride(1);
    boolean together = columns == 1 || view.strides().stride(2) == 1;
    return together && (rows == 1 || (leading >= columns && leading <= Integer.MAX_VALUE));
  }

  private static int leading(View rowMajor) {
    long columns = rowMajor.shape().size(2);
    return (int)
        Math.max(columns, rowMajor.shape().size(1) == 1 ? 1 : rowMajor.strides().stride(1));
  }

  /** Operands that it {@link #takes}, a result of row-major matrices, nothing empty. */
  synchronized void multiply(View left, View right, View output, boolean accumulate) {
    Shape shape = output.shape();
    boolean plainLeft = isRowMajor(left);
    boolean plainRight = isRowMajor(right);
    View a = plainLeft ? left : Matrices.transposed(left);
    View b = plainRight ? right : Matrices.transposed(right);
    DType dtype = output.dtype();
    int type = type(dtype);
    context.enter();
    // Its matrices are column-major: it gets the transposed product, operands exchanged.
    JCublas2.cublasGemmStridedBatchedEx_new(
        handle,
        plainRight ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T,
        plainLeft ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T,
        (int) shape.size(2),
        (int) shape.size(1),
        (int) left.shape().size(2),
        factor(dtype, 1),
        new DeviceAddress(right.address()),
        type,
        leading(b),
        Matrices.batchStride(right),
        new DeviceAddress(left.address()),
        type,
        leading(a),
        Matrices.batchStride(left),
        factor(dtype, accumulate ? 1 : 0),
        new DeviceAddress(output.address()),
        type,
        leading(output),
        Matrices.batchStride(output),
        (int) shape.size(0),
        compute(dtype),
        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    context.launched("cublasGemmStridedBatchedEx");
  }

  private HostAddress factor(DType dtype, int value) {
    int index = (dtype == DType.FLOAT64 ? 2 : 0) + value;
    return new HostAddress(NativeMemory.address(factors) + (long) index * Double.BYTES);
  }

  private static int type(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> cudaDataType.CUDA_R_16F;
      case BFLOAT16 -> cudaDataType.CUDA_R_16BF;
      case FLOAT64 -> cudaDataType.CUDA_R_64F;
      default -> cudaDataType.CUDA_R_32F;
    };
  }

  private int compute(DType dtype) {
    if (dtype == DType.FLOAT64) {
      return cublasComputeType.CUBLAS_COMPUTE_64F;
    }
    return dtype == DType.FLOAT32 && precision.allowsTf32()
        ? cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32
        : cublasComputeType.CUBLAS_COMPUTE_32F;
  }
}
