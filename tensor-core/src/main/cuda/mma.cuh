// Tensor cores. Included by the files that need them, after the prelude. A fragment is a part of a
// matrix in the registers of one lane; whole warps call these functions together.
//
// With group = lane / 4 and member = lane % 4, for 16-bit types (a: 16 x 16, b: 16 x 8, d: 16 x 8):
//   a[0] row group,     columns 2 * member, + 1      b[0] rows 2 * member, + 1,      column group
//   a[1] row group + 8, columns 2 * member, + 1      b[1] rows 2 * member + 8, + 9,  column group
//   a[2] row group,     columns 2 * member + 8, + 9
//   a[3] row group + 8, columns 2 * member + 8, + 9
//   d[0], d[1] row group, columns 2 * member, + 1    d[2], d[3] row group + 8, the same columns
// The lower half of a register is the lower index. For TF32 (a: 16 x 8, b: 8 x 8), one number in each:
//   a[0] (group, member), a[1] (group + 8, member), a[2] (group, member + 4), a[3] (group + 8, member + 4)
//   b[0] (member, group), b[1] (member + 4, group);  d as above

#ifndef CRESSET_MMA
#define CRESSET_MMA

// d += a * b
#ifdef CRESSET_EMULATOR
__device__ inline void mma_bf16(float* d, const u32* a, const u32* b) {
  emulator_mma(EMULATOR_MMA_BF16, d, a, b);
}
__device__ inline void mma_f16(float* d, const u32* a, const u32* b) {
  emulator_mma(EMULATOR_MMA_F16, d, a, b);
}
__device__ inline void mma_tf32(float* d, const u32* a, const u32* b) {
  emulator_mma(EMULATOR_MMA_TF32, d, a, b);
}
#else
#define CRESSET_MMA_SYNC(shape, type)                                                           \
  asm volatile("mma.sync.aligned." shape ".row.col.f32." type "." type                           \
               ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"            \
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                                  \
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]))
__device__ __forceinline__ void mma_bf16(float* d, const u32* a, const u32* b) {
  CRESSET_MMA_SYNC("m16n8k16", "bf16");
}
__device__ __forceinline__ void mma_f16(float* d, const u32* a, const u32* b) {
  CRESSET_MMA_SYNC("m16n8k16", "f16");
}
__device__ __forceinline__ void mma_tf32(float* d, const u32* a, const u32* b) {
  CRESSET_MMA_SYNC("m16n8k8", "tf32");
}
#endif

// The 19 bits of TF32, to the nearest, ties away from 0.
__device__ inline u32 to_tf32(float x) {
  u32 bits = float_bits(x);
  return (bits & 0x7f800000u) == 0x7f800000u ? bits : (bits + 0x1000u) & 0xffffe000u;
}

#endif
