// Adam over many tensors in one launch, with the arithmetic of the composed program: every step is
// rounded as there.
// E: the element type. ACC: float or double. WIDTH: elements of a load. TENSORS: most of one launch.

#include "row.cuh"

// Elements of one block.
#define CHUNK (THREADS * WIDTH * 4)

struct Slice {
  E* parameter;
  const E* gradient;
  E* first;
  E* second;
  i64 count;
  // The first block of this tensor.
  i64 block;
};

struct Slices {
  i64 count;
  Slice slice[TENSORS];
};

struct Numbers {
  ACC scale;
  ACC decay;
  ACC first;
  ACC second;
  ACC second_rest;
  ACC correction;
  ACC epsilon;
  ACC step;
};

__device__ inline float rounded_once(float a, float b, float c) { return fmaf(a, b, c); }
__device__ inline double rounded_once(double a, double b, double c) { return fma(a, b, c); }

__device__ inline int slice_of(const Slices& slices, i64 block) {
  int low = 0;
  int high = (int)slices.count - 1;
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (slices.slice[middle].block <= block) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

__device__ inline void update(ACC& parameter, ACC gradient, ACC& first, ACC& second, Numbers n) {
  ACC g = product_of(gradient, n.scale);
#if DECOUPLED
  ACC start = product_of(parameter, n.decay);
#else
  ACC start = parameter;
  g = rounded_once(n.decay, parameter, g);
#endif
  first = rounded_once(sum_of(g, -first), n.first, first);
  second = rounded_once(product_of(g, g), n.second_rest, product_of(second, n.second));
  ACC denominator = rounded_once(root(second), n.correction, n.epsilon);
  parameter = sum_of(start, -product_of(n.step, first / denominator));
}

extern "C" __global__ void adam(
    Slices slices,
    const float* skip,
    ACC scale,
    ACC decay,
    ACC first_rest,
    ACC second_part,
    ACC second_rest,
    ACC correction,
    ACC epsilon,
    ACC step) {
  if (skip != 0 && *skip != 0) {
    return;
  }
  Numbers n;
  n.scale = scale;
  n.decay = decay;
  n.first = first_rest;
  n.second = second_part;
  n.second_rest = second_rest;
  n.correction = correction;
  n.epsilon = epsilon;
  n.step = step;
  const Slice& slice = slices.slice[slice_of(slices, blockIdx.x)];
  const i64 begin = ((i64)blockIdx.x - slice.block) * CHUNK;
  const i64 end = begin + CHUNK < slice.count ? begin + CHUNK : slice.count;
  const bool aligned = (((u64)slice.parameter | (u64)slice.gradient | (u64)slice.first
                         | (u64)slice.second)
                        % (sizeof(E) * WIDTH))
                       == 0;
  // Whole packs of an aligned tensor, then what is left of it element by element.
  const i64 packed = aligned ? begin + (end - begin) / WIDTH * WIDTH : begin;
  for (i64 i = begin + (i64)threadIdx.x * WIDTH; i < packed; i += THREADS * WIDTH) {
    ACC p[WIDTH];
    ACC g[WIDTH];
    ACC m[WIDTH];
    ACC v[WIDTH];
    load_values<WIDTH>(slice.parameter + i, p);
    load_values<WIDTH>(slice.gradient + i, g);
    load_values<WIDTH>(slice.first + i, m);
    load_values<WIDTH>(slice.second + i, v);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      update(p[j], g[j], m[j], v[j], n);
    }
    store_values<WIDTH>(slice.parameter + i, p);
    store_values<WIDTH>(slice.first + i, m);
    store_values<WIDTH>(slice.second + i, v);
  }
  for (i64 i = packed + threadIdx.x; i < end; i += THREADS) {
    ACC p = load<ACC>(slice.parameter[i]);
    ACC m = load<ACC>(slice.first[i]);
    ACC v = load<ACC>(slice.second[i]);
    update(p, load<ACC>(slice.gradient[i]), m, v, n);
    slice.parameter[i] = cast<E>(p);
    slice.first[i] = cast<E>(m);
    slice.second[i] = cast<E>(v);
  }
}

// Sets `found` to 1 if any element of the gradients is not finite; all writers write the same.
extern "C" __global__ void find_not_finite(Slices slices, float* found) {
  const Slice& slice = slices.slice[slice_of(slices, blockIdx.x)];
  const i64 begin = ((i64)blockIdx.x - slice.block) * CHUNK;
  const i64 end = begin + CHUNK < slice.count ? begin + CHUNK : slice.count;
  const bool aligned = (u64)slice.gradient % (sizeof(E) * WIDTH) == 0;
  const i64 packed = aligned ? begin + (end - begin) / WIDTH * WIDTH : begin;
  bool bad = false;
  for (i64 i = begin + (i64)threadIdx.x * WIDTH; i < packed; i += THREADS * WIDTH) {
    ACC g[WIDTH];
    load_values<WIDTH>(slice.gradient + i, g);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      bad |= !(g[j] > Limits<ACC>::lowest() && g[j] < Limits<ACC>::highest());
    }
  }
  for (i64 i = packed + threadIdx.x; i < end; i += THREADS) {
    ACC g = load<ACC>(slice.gradient[i]);
    bad |= !(g > Limits<ACC>::lowest() && g < Limits<ACC>::highest());
  }
  if (bad) {
    *found = 1;
  }
}
