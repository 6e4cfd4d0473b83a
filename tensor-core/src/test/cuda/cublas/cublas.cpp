// The few functions of libcublas.so.12 that our Java code calls: plain loops, in the order of the stream.

#include <cstdint>
#include <cstring>
#include <functional>

// Of this directory's libcuda.so.1: does work on device memory when its turn comes on a stream.
int emulator_submit(void* stream, const std::function<void()>& work);

enum { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, NOT_SUPPORTED = 15, EXECUTION_FAILED = 13 };
enum { FLOAT32 = 0, FLOAT64 = 1, FLOAT16 = 2, BFLOAT16 = 14 };
enum { COMPUTE_32F = 68, COMPUTE_64F = 70, COMPUTE_32F_FAST_16F = 74, COMPUTE_32F_FAST_16BF = 75,
       COMPUTE_32F_FAST_TF32 = 77 };
constexpr int TF32_MATH = 3;
constexpr int VERSION = 120600;

struct Handle {
  void* stream = nullptr;
  int math = 0;
};

namespace {

float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

uint32_t as_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

double load(const void* base, int type, int64_t at) {
  switch (type) {
    case FLOAT64: return static_cast<const double*>(base)[at];
    case FLOAT32: return static_cast<const float*>(base)[at];
    case BFLOAT16: return as_float((uint32_t)static_cast<const uint16_t*>(base)[at] << 16);
    default: {
      uint16_t bits = static_cast<const uint16_t*>(base)[at];
      int exponent = bits >> 10 & 0x1f;
      double fraction = bits & 0x3ff;
      double size = exponent == 0    ? __builtin_ldexp(fraction, -24)
                    : exponent == 31 ? (fraction != 0 ? __builtin_nan("") : __builtin_inf())
                                     : __builtin_ldexp(fraction + 1024, exponent - 25);
      return bits & 0x8000 ? -size : size;
    }
  }
}

uint16_t to_half(float value) {
  uint32_t bits = as_bits(value), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (size >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
  if (size < 0x38800000) return (uint16_t)(sign | (as_bits(as_float(size) + 0.5f) - 0x3f000000));
  return (uint16_t)(sign | (size + 0xfff + (size >> 13 & 1) - 0x38000000) >> 13);
}

void store(void* base, int type, int64_t at, double value) {
  switch (type) {
    case FLOAT64: static_cast<double*>(base)[at] = value; break;
    case FLOAT32: static_cast<float*>(base)[at] = (float)value; break;
    case BFLOAT16: {
      uint32_t bits = as_bits((float)value);
      bool nan = (bits & 0x7fffffff) > 0x7f800000;
      static_cast<uint16_t*>(base)[at] =
          (uint16_t)(nan ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16);
      break;
    }
    default: static_cast<uint16_t*>(base)[at] = to_half((float)value);
  }
}

struct Matrix {
  const void* data;
  int type;
  int64_t ld;
  int64_t stride;
  bool transposed;
  double at(int64_t batch, int64_t row, int64_t column) const {
    return load(data, type, batch * stride + (transposed ? row * ld + column : column * ld + row));
  }
};

int multiply(Handle* handle, int64_t m, int64_t n, int64_t k, double alpha, Matrix a, Matrix b, double beta,
             void* c, int type, int64_t ldc, int64_t stride, int64_t batches, bool tf32) {
  if (handle == nullptr) return NOT_INITIALIZED;
  // As the documentation demands of leading dimensions.
  bool fits = m >= 0 && n >= 0 && k >= 0 && a.ld >= (a.transposed ? k : m) && a.ld >= 1 &&
              b.ld >= (b.transposed ? n : k) && b.ld >= 1 && ldc >= m && ldc >= 1;
  if (!fits) return INVALID_VALUE;
  int result = emulator_submit(handle->stream, [=]() {
    for (int64_t batch = 0; batch < batches; batch++) {
      for (int64_t column = 0; column < n; column++) {
        for (int64_t row = 0; row < m; row++) {
          double sum = 0;
          float single = 0;
          for (int64_t i = 0; i < k; i++) {
            double x = a.at(batch, row, i), y = b.at(batch, i, column);
            if (tf32) {
              x = as_float((as_bits((float)x) + 0x1000) & 0xffffe000);
              y = as_float((as_bits((float)y) + 0x1000) & 0xffffe000);
            }
            if (type == FLOAT64) {
              sum += x * y;
            } else {
              single += (float)x * (float)y;
            }
          }
          int64_t at = batch * stride + column * ldc + row;
          double value = alpha * (type == FLOAT64 ? sum : single);
          store(c, type, at, beta == 0 ? value : value + beta * load(c, type, at));
        }
      }
    }
  });
  return result == 0 ? SUCCESS : EXECUTION_FAILED;
}

double scalar(const void* value, int compute) {
  return compute == COMPUTE_64F ? *static_cast<const double*>(value) : *static_cast<const float*>(value);
}

}  // namespace

extern "C" {

int cublasCreate_v2(Handle** handle) {
  *handle = new Handle();
  return SUCCESS;
}

int cublasDestroy_v2(Handle* handle) {
  delete handle;
  return SUCCESS;
}

int cublasSetStream_v2(Handle* handle, void* stream) {
  handle->stream = stream;
  return SUCCESS;
}

int cublasGetStream_v2(Handle* handle, void** stream) {
  *stream = handle->stream;
  return SUCCESS;
}

int cublasSetMathMode(Handle* handle, int mode) {
  handle->math = mode;
  return SUCCESS;
}

int cublasGetMathMode(Handle* handle, int* mode) {
  *mode = handle->math;
  return SUCCESS;
}

int cublasSetPointerMode_v2(Handle*, int mode) { return mode == 0 ? SUCCESS : NOT_SUPPORTED; }

int cublasSetWorkspace_v2(Handle*, void*, size_t) { return SUCCESS; }

int cublasGetVersion_v2(Handle*, int* version) {
  *version = VERSION;
  return SUCCESS;
}

int cublasGemmStridedBatchedEx(Handle* handle, int transa, int transb, int m, int n, int k,
                               const void* alpha, const void* a, int a_type, int lda, long long a_stride,
                               const void* b, int b_type, int ldb, long long b_stride, const void* beta,
                               void* c, int c_type, int ldc, long long c_stride, int batches,
                               int compute, int) {
  bool known = compute == COMPUTE_32F || compute == COMPUTE_64F || compute == COMPUTE_32F_FAST_16F ||
               compute == COMPUTE_32F_FAST_16BF || compute == COMPUTE_32F_FAST_TF32;
  bool doubles = compute == COMPUTE_64F;
  if (!known || a_type != b_type || doubles != (a_type == FLOAT64) || doubles != (c_type == FLOAT64)) {
    return NOT_SUPPORTED;
  }
  bool tf32 = a_type == FLOAT32 && (compute == COMPUTE_32F_FAST_TF32 || handle->math == TF32_MATH);
  return multiply(handle, m, n, k, scalar(alpha, compute), {a, a_type, lda, a_stride, transa != 0},
                  {b, b_type, ldb, b_stride, transb != 0}, scalar(beta, compute), c, c_type, ldc, c_stride,
                  batches, tf32);
}

int cublasGemmEx(Handle* handle, int transa, int transb, int m, int n, int k, const void* alpha,
                 const void* a, int a_type, int lda, const void* b, int b_type, int ldb, const void* beta,
                 void* c, int c_type, int ldc, int compute, int algorithm) {
  return cublasGemmStridedBatchedEx(handle, transa, transb, m, n, k, alpha, a, a_type, lda, 0, b, b_type,
                                    ldb, 0, beta, c, c_type, ldc, 0, 1, compute, algorithm);
}

int cublasSgemmStridedBatched(Handle* handle, int transa, int transb, int m, int n, int k,
                              const float* alpha, const float* a, int lda, long long a_stride,
                              const float* b, int ldb, long long b_stride, const float* beta, float* c,
                              int ldc, long long c_stride, int batches) {
  return cublasGemmStridedBatchedEx(handle, transa, transb, m, n, k, alpha, a, FLOAT32, lda, a_stride, b,
                                    FLOAT32, ldb, b_stride, beta, c, FLOAT32, ldc, c_stride, batches,
                                    COMPUTE_32F, 0);
}

int cublasDgemmStridedBatched(Handle* handle, int transa, int transb, int m, int n, int k,
                              const double* alpha, const double* a, int lda, long long a_stride,
                              const double* b, int ldb, long long b_stride, const double* beta, double* c,
                              int ldc, long long c_stride, int batches) {
  return cublasGemmStridedBatchedEx(handle, transa, transb, m, n, k, alpha, a, FLOAT64, lda, a_stride, b,
                                    FLOAT64, ldb, b_stride, beta, c, FLOAT64, ldc, c_stride, batches,
                                    COMPUTE_64F, 0);
}

int cublasSgemm_v2(Handle* handle, int transa, int transb, int m, int n, int k, const float* alpha,
                   const float* a, int lda, const float* b, int ldb, const float* beta, float* c, int ldc) {
  return cublasSgemmStridedBatched(handle, transa, transb, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c,
                                   ldc, 0, 1);
}

int cublasDgemm_v2(Handle* handle, int transa, int transb, int m, int n, int k, const double* alpha,
                   const double* a, int lda, const double* b, int ldb, const double* beta, double* c,
                   int ldc) {
  return cublasDgemmStridedBatched(handle, transa, transb, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c,
                                   ldc, 0, 1);
}
}
