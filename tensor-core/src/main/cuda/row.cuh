#pragma once

// Rows, each worked on by a group of `across` threads, a power of 2, and what is computed of them.

#define THREADS 256

__device__ inline float exponential(float x) { return expf(x); }
__device__ inline double exponential(double x) { return exp(x); }
__device__ inline float logarithm(float x) { return logf(x); }
__device__ inline double logarithm(double x) { return log(x); }
__device__ inline float root(float x) { return sqrtf(x); }
__device__ inline double root(double x) { return sqrt(x); }

// The row of this thread. Threads behind the last row look at row 0 and have no element of it: they
// take part where the group combines.
struct Row {
  i64 number;
  // Elements, and where this thread begins and how far it goes each time.
  i64 end;
  i64 first;
  i64 step;
  // Whether it is there, and this thread the first of its group.
  bool leads;
};

template <int WIDTH_OF_LOAD>
__device__ inline Row row_of(i64 rows, i64 length, i32 across) {
  const int lane = threadIdx.x & (across - 1);
  const i64 wanted = (i64)blockIdx.x * (THREADS / across) + threadIdx.x / across;
  const bool used = wanted < rows;
  Row row;
  row.number = used ? wanted : 0;
  row.end = used ? length : 0;
  row.first = (i64)lane * WIDTH_OF_LOAD;
  row.step = (i64)across * WIDTH_OF_LOAD;
  row.leads = used && lane == 0;
  return row;
}
