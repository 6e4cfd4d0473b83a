// Softmax, its logarithm, and their gradients.
// FROM: the element type. ACC: float or double. LOGARITHM: 0 or 1. WIDTH: elements of a load.
// Rows keep up to CACHED packs of each thread in registers, so that most lines are read once.

#include "row.cuh"

#define CACHED 4

// A line of `length` elements for each group of `across` threads. Views of the nest: input, output.
extern "C" __global__ void softmax_rows(
    const FROM* input,
    FROM* output,
    Nest<2> lines,
    i64 length,
    i64 from_step,
    i64 to_step,
    i32 across) {
  __shared__ ACC scratch[THREADS / 32];
  const Row row = row_of<WIDTH>(lines.count, length, across);
  i64 at[2];
  nest_offsets(lines, row.number, at);
  const FROM* from = input + at[0];
  FROM* to = output + at[1];
  const i64 end = row.end;
  const i64 step = row.step;
  const i64 first = row.first;
  ACC cache[CACHED][WIDTH];
  ACC most = Limits<ACC>::lowest();
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    if (first + k * step < end) {
      load_values<WIDTH>(from + (first + k * step) * from_step, cache[k]);
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        most = larger(most, cache[k][j]);
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i * from_step, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      most = larger(most, values[j]);
    }
  }
  most = group_combine(most, across, scratch, TakingLarger());
  ACC sum = 0;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    if (first + k * step < end) {
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        ACC shifted = cache[k][j] - most;
        ACC power = exponential(shifted);
        cache[k][j] = LOGARITHM ? shifted : power;
        sum += power;
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i * from_step, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      sum += exponential(values[j] - most);
    }
  }
  sum = group_combine(sum, across, scratch, Adding());
  const ACC level = LOGARITHM ? logarithm(sum) : (ACC)1 / sum;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    if (first + k * step < end) {
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        cache[k][j] = LOGARITHM ? cache[k][j] - level : cache[k][j] * level;
      }
      store_values<WIDTH>(to + (first + k * step) * to_step, cache[k]);
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i * from_step, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      ACC shifted = values[j] - most;
      values[j] = LOGARITHM ? shifted - level : exponential(shifted) * level;
    }
    store_values<WIDTH>(to + i * to_step, values);
  }
}

// One thread for each line: neighbouring lines lie together, elements of a line do not.
extern "C" __global__ void softmax_columns(
    const FROM* input,
    FROM* output,
    Nest<2> lines,
    i64 length,
    i64 from_step,
    i64 to_step,
    i32 across) {
  for (i64 line = global_thread(); line < lines.count; line += global_threads()) {
    i64 at[2];
    nest_offsets(lines, line, at);
    const FROM* from = input + at[0];
    FROM* to = output + at[1];
    ACC most = Limits<ACC>::lowest();
#pragma unroll 4
    for (i64 i = 0; i < length; i++) {
      most = larger(most, load<ACC>(from[i * from_step]));
    }
    ACC sum = 0;
#pragma unroll 4
    for (i64 i = 0; i < length; i++) {
      sum += exponential(load<ACC>(from[i * from_step]) - most);
    }
    const ACC level = LOGARITHM ? logarithm(sum) : (ACC)1 / sum;
#pragma unroll 4
    for (i64 i = 0; i < length; i++) {
      ACC shifted = load<ACC>(from[i * from_step]) - most;
      to[i * to_step] = cast<FROM>(LOGARITHM ? shifted - level : exponential(shifted) * level);
    }
  }
}

__device__ inline ACC part(ACC gradient, ACC y) { return LOGARITHM ? gradient : gradient * y; }

__device__ inline ACC change(ACC gradient, ACC y, ACC sum) {
  return LOGARITHM ? gradient - exponential(y) * sum : y * (gradient - sum);
}

// Views of the nest: gradient, softmax's output, the input's gradient.
extern "C" __global__ void backward_rows(
    const FROM* gradient,
    const FROM* output,
    FROM* input_gradient,
    Nest<3> lines,
    i64 length,
    i64 gradient_step,
    i64 output_step,
    i64 to_step,
    i32 across) {
  __shared__ ACC scratch[THREADS / 32];
  const Row row = row_of<WIDTH>(lines.count, length, across);
  i64 at[3];
  nest_offsets(lines, row.number, at);
  const FROM* gradients = gradient + at[0];
  const FROM* outputs = output + at[1];
  FROM* to = input_gradient + at[2];
  const i64 end = row.end;
  const i64 step = row.step;
  const i64 first = row.first;
  ACC g[CACHED][WIDTH];
  ACC y[CACHED][WIDTH];
  ACC sum = 0;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    const i64 i = first + k * step;
    if (i < end) {
      load_values<WIDTH>(gradients + i * gradient_step, g[k]);
      load_values<WIDTH>(outputs + i * output_step, y[k]);
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        sum += part(g[k][j], y[k][j]);
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC gs[WIDTH];
    ACC ys[WIDTH];
    load_values<WIDTH>(gradients + i * gradient_step, gs);
    load_values<WIDTH>(outputs + i * output_step, ys);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      sum += part(gs[j], ys[j]);
    }
  }
  sum = group_combine(sum, across, scratch, Adding());
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    const i64 i = first + k * step;
    if (i < end) {
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        g[k][j] = change(g[k][j], y[k][j], sum);
      }
      store_values<WIDTH>(to + i * to_step, g[k]);
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC gs[WIDTH];
    ACC ys[WIDTH];
    load_values<WIDTH>(gradients + i * gradient_step, gs);
    load_values<WIDTH>(outputs + i * output_step, ys);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      gs[j] = change(gs[j], ys[j], sum);
    }
    store_values<WIDTH>(to + i * to_step, gs);
  }
}

extern "C" __global__ void backward_columns(
    const FROM* gradient,
    const FROM* output,
    FROM* input_gradient,
    Nest<3> lines,
    i64 length,
    i64 gradient_step,
    i64 output_step,
    i64 to_step,
    i32 across) {
  for (i64 line = global_thread(); line < lines.count; line += global_threads()) {
    i64 at[3];
    nest_offsets(lines, line, at);
    const FROM* gradients = gradient + at[0];
    const FROM* outputs = output + at[1];
    FROM* to = input_gradient + at[2];
    ACC sum = 0;
#pragma unroll 4
    for (i64 i = 0; i < length; i++) {
      sum += part(load<ACC>(gradients[i * gradient_step]), load<ACC>(outputs[i * output_step]));
    }
#pragma unroll 4
    for (i64 i = 0; i < length; i++) {
      ACC g = load<ACC>(gradients[i * gradient_step]);
      to[i * to_step] = cast<FROM>(change(g, load<ACC>(outputs[i * output_step]), sum));
    }
  }
}
