#pragma once

// Warp-wide matrix products on tensor cores, and copies past the registers.
//
// Fragments of mma.m16n8k16 with lane = 4 * g + t, two 16-bit elements in each word, the lower
// number first:
//   a[0]: row g, columns 2t and 2t+1   a[1]: row g+8   a[2]: columns +8   a[3]: row g+8, columns +8
//   b[0]: rows 2t and 2t+1, column g   b[1]: rows +8
//   d[0], d[1]: row g, columns 2t and 2t+1   d[2], d[3]: row g+8
// Of mma.m16n8k8 for tf32, one element in each word:
//   a[0]: row g, column t   a[1]: row g+8   a[2]: column t+4   a[3]: row g+8, column t+4
//   b[0]: row t, column g   b[1]: row t+4

// What dynamic shared memory is declared as, so that it begins where 16 bytes can be copied at once.
struct alignas(16) SharedChunk {
  u64 words[2];
};

#ifdef CRESSET_EMULATOR

__device__ inline void mma_bf16_16816(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  emulator_mma(EMULATOR_MMA_BF16, d, a, b, c);
}

__device__ inline void mma_f16_16816(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  emulator_mma(EMULATOR_MMA_F16, d, a, b, c);
}

__device__ inline void mma_tf32_1688(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  emulator_mma(EMULATOR_MMA_TF32, d, a, b, c);
}

// To the nearest of 10 bits of fraction, ties away from 0.
__device__ inline u32 to_tf32(float x) { return (float_bits(x) + 0x1000u) & 0xffffe000u; }

// Lane 8 * i + j gives the address of row j of matrix i: 8 elements of 16 bits.
__device__ inline void load_matrices(u32 r[4], const void* row) {
  int lane = (int)(threadIdx.x & 31u);
  for (int i = 0; i < 4; i++) {
    u64 from = __shfl_sync(0xffffffffu, (u64)row, 8 * i + (lane >> 2));
    r[i] = ((const u32*)from)[lane & 3];
  }
}

__device__ inline void load_matrices_transposed(u32 r[4], const void* row) {
  int lane = (int)(threadIdx.x & 31u);
  for (int i = 0; i < 4; i++) {
    u64 even = __shfl_sync(0xffffffffu, (u64)row, 8 * i + 2 * (lane & 3));
    u64 odd = __shfl_sync(0xffffffffu, (u64)row, 8 * i + 2 * (lane & 3) + 1);
    r[i] = (u32)((const u16*)even)[lane >> 2] | ((u32)((const u16*)odd)[lane >> 2] << 16);
  }
}

// 16 bytes from global to shared memory, or zeros: `global` is an address of the array even then.
__device__ inline void copy_async_16(void* shared, const void* global, bool inside) {
  emulator_copy_async(shared, global, 16, inside ? 16 : 0);
}

__device__ inline void copy_async_commit() { emulator_copy_commit(); }

template <int LEFT> __device__ inline void copy_async_wait() { emulator_copy_wait(LEFT); }

#else

__device__ inline void mma_bf16_16816(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};\n"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]),
        "f"(c[2]), "f"(c[3]));
}

__device__ inline void mma_f16_16816(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};\n"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]),
        "f"(c[2]), "f"(c[3]));
}

__device__ inline void mma_tf32_1688(
    float d[4], const u32 a[4], const u32 b[2], const float c[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};\n"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]),
        "f"(c[2]), "f"(c[3]));
}

__device__ inline u32 to_tf32(float x) {
  u32 result;
  asm("cvt.rna.tf32.f32 %0, %1;\n" : "=r"(result) : "f"(x));
  return result;
}

__device__ inline u32 shared_address(const void* pointer) {
  return (u32)__cvta_generic_to_shared(pointer);
}

// Lane 8 * i + j gives the address of row j of matrix i: 8 elements of 16 bits.
__device__ inline void load_matrices(u32 r[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

__device__ inline void load_matrices_transposed(u32 r[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

// 16 bytes from global to shared memory, or zeros: `global` is an address of the array even then.
__device__ inline void copy_async_16(void* shared, const void* global, bool inside) {
  int bytes = inside ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n"
               :
               : "r"(shared_address(shared)), "l"(__cvta_generic_to_global(global)), "r"(bytes)
               : "memory");
}

__device__ inline void copy_async_commit() {
  asm volatile("cp.async.commit_group;\n" ::: "memory");
}

template <int LEFT> __device__ inline void copy_async_wait() {
  asm volatile("cp.async.wait_group %0;\n" : : "n"(LEFT) : "memory");
}

#endif

// One product by element type.
template <typename T> struct TensorCore;
template <> struct TensorCore<bf16> {
  __device__ static inline void multiply(float d[4], const u32 a[4], const u32 b[2]) {
    mma_bf16_16816(d, a, b, d);
  }
};
template <> struct TensorCore<f16> {
  __device__ static inline void multiply(float d[4], const u32 a[4], const u32 b[2]) {
    mma_f16_16816(d, a, b, d);
  }
};
