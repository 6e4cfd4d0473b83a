// Layer normalisation of the rows of a matrix, and its gradients.
// X: the input's element type, Y: the output's, W and B: weight's and bias's, S: the statistics'.
// ACC: float or double. WIDTH: elements of a load; above 1 everything is dense and aligned.
// In the backward pass Y is the type of the gradients of output and input.
// Rows keep up to CACHED packs of each thread in registers, so that most rows are read once.

#include "row.cuh"

#define CACHED 4

// Columns of a block that adds up weight gradients, and threads that share a column.
#define COLUMNS 32
#define LINES 8

// A row for each group of `across` threads.
extern "C" __global__ void layer_norm(
    const X* input,
    const W* weight,
    const B* bias,
    Y* output,
    S* mean,
    S* inverse,
    i64 rows,
    i64 size,
    ACC epsilon,
    i64 input_row,
    i64 input_step,
    i64 weight_step,
    i64 bias_step,
    i64 output_row,
    i64 output_step,
    i64 mean_step,
    i64 inverse_step,
    i32 across) {
  __shared__ ACC scratch[THREADS / 32];
  const Row group = row_of<WIDTH>(rows, size, across);
  const i64 row = group.number;
  const X* from = input + row * input_row;
  Y* to = output + row * output_row;
  const i64 end = group.end;
  const i64 step = group.step;
  const i64 first = group.first;
  ACC cache[CACHED][WIDTH];
  ACC sum = 0;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    if (first + k * step < end) {
      load_values<WIDTH>(from + (first + k * step) * input_step, cache[k]);
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        sum += cache[k][j];
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i * input_step, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      sum += values[j];
    }
  }
  const ACC average = group_combine(sum, across, scratch, Adding()) / (ACC)size;
  ACC squares = 0;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    if (first + k * step < end) {
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        cache[k][j] -= average;
        squares += cache[k][j] * cache[k][j];
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i * input_step, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      squares += (values[j] - average) * (values[j] - average);
    }
  }
  const ACC variance = group_combine(squares, across, scratch, Adding()) / (ACC)size;
  const ACC scale = (ACC)1 / root(variance + epsilon);
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    const i64 i = first + k * step;
    if (i < end) {
      ACC weights[WIDTH];
      ACC biases[WIDTH];
      if (weight != 0) {
        load_values<WIDTH>(weight + i * weight_step, weights);
      }
      if (bias != 0) {
        load_values<WIDTH>(bias + i * bias_step, biases);
      }
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        ACC normal = cache[k][j] * scale;
        ACC scaled = weight != 0 ? normal * weights[j] : normal;
        cache[k][j] = bias != 0 ? scaled + biases[j] : scaled;
      }
      store_values<WIDTH>(to + i * output_step, cache[k]);
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC values[WIDTH];
    ACC weights[WIDTH];
    ACC biases[WIDTH];
    load_values<WIDTH>(from + i * input_step, values);
    if (weight != 0) {
      load_values<WIDTH>(weight + i * weight_step, weights);
    }
    if (bias != 0) {
      load_values<WIDTH>(bias + i * bias_step, biases);
    }
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      ACC normal = (values[j] - average) * scale;
      ACC scaled = weight != 0 ? normal * weights[j] : normal;
      values[j] = bias != 0 ? scaled + biases[j] : scaled;
    }
    store_values<WIDTH>(to + i * output_step, values);
  }
  if (group.leads) {
    mean[row * mean_step] = cast<S>(average);
    inverse[row * inverse_step] = cast<S>(scale);
  }
}

// The gradient of the input.
extern "C" __global__ void layer_norm_input(
    const Y* gradient,
    const X* input,
    const W* weight,
    const S* mean,
    const S* inverse,
    Y* input_gradient,
    i64 rows,
    i64 size,
    i64 gradient_row,
    i64 gradient_step,
    i64 input_row,
    i64 input_step,
    i64 weight_step,
    i64 mean_step,
    i64 inverse_step,
    i64 to_row,
    i64 to_step,
    i32 across) {
  __shared__ ACC scratch[THREADS / 32];
  const Row group = row_of<WIDTH>(rows, size, across);
  const i64 row = group.number;
  const Y* gradients = gradient + row * gradient_row;
  const X* from = input + row * input_row;
  Y* to = input_gradient + row * to_row;
  const ACC average = load<ACC>(mean[row * mean_step]);
  const ACC scale = load<ACC>(inverse[row * inverse_step]);
  const i64 end = group.end;
  const i64 step = group.step;
  const i64 first = group.first;
  ACC g[CACHED][WIDTH];
  ACC x[CACHED][WIDTH];
  ACC sum = 0;
  ACC product = 0;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    const i64 i = first + k * step;
    if (i < end) {
      load_values<WIDTH>(gradients + i * gradient_step, g[k]);
      load_values<WIDTH>(from + i * input_step, x[k]);
      ACC weights[WIDTH];
      if (weight != 0) {
        load_values<WIDTH>(weight + i * weight_step, weights);
      }
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        x[k][j] = (x[k][j] - average) * scale;
        g[k][j] = weight != 0 ? g[k][j] * weights[j] : g[k][j];
        sum += g[k][j];
        product += g[k][j] * x[k][j];
      }
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC gs[WIDTH];
    ACC xs[WIDTH];
    ACC weights[WIDTH];
    load_values<WIDTH>(gradients + i * gradient_step, gs);
    load_values<WIDTH>(from + i * input_step, xs);
    if (weight != 0) {
      load_values<WIDTH>(weight + i * weight_step, weights);
    }
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      ACC scaled = weight != 0 ? gs[j] * weights[j] : gs[j];
      sum += scaled;
      product += scaled * ((xs[j] - average) * scale);
    }
  }
  sum = group_combine(sum, across, scratch, Adding()) / (ACC)size;
  product = group_combine(product, across, scratch, Adding()) / (ACC)size;
#pragma unroll
  for (int k = 0; k < CACHED; k++) {
    const i64 i = first + k * step;
    if (i < end) {
#pragma unroll
      for (int j = 0; j < WIDTH; j++) {
        g[k][j] = scale * (g[k][j] - sum - x[k][j] * product);
      }
      store_values<WIDTH>(to + i * to_step, g[k]);
    }
  }
  for (i64 i = first + CACHED * step; i < end; i += step) {
    ACC gs[WIDTH];
    ACC xs[WIDTH];
    ACC weights[WIDTH];
    load_values<WIDTH>(gradients + i * gradient_step, gs);
    load_values<WIDTH>(from + i * input_step, xs);
    if (weight != 0) {
      load_values<WIDTH>(weight + i * weight_step, weights);
    }
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      ACC scaled = weight != 0 ? gs[j] * weights[j] : gs[j];
      gs[j] = scale * (scaled - sum - (xs[j] - average) * scale * product);
    }
    store_values<WIDTH>(to + i * to_step, gs);
  }
}

// Sums over `split` rows each: for the weight into the first half of `partial`, for the bias into
// the second. Both are [splits, size].
extern "C" __global__ void layer_norm_weight(
    const Y* gradient,
    const X* input,
    const S* mean,
    const S* inverse,
    ACC* partial,
    i64 rows,
    i64 size,
    i64 gradient_row,
    i64 gradient_step,
    i64 input_row,
    i64 input_step,
    i64 mean_step,
    i64 inverse_step,
    i64 split) {
  __shared__ ACC weights[LINES][COLUMNS];
  __shared__ ACC biases[LINES][COLUMNS];
  const int column = threadIdx.x % COLUMNS;
  const int line = threadIdx.x / COLUMNS;
  const i64 i = (i64)blockIdx.x * COLUMNS + column;
  const i64 begin = (i64)blockIdx.y * split;
  const i64 end = i >= size ? 0 : begin + split < rows ? begin + split : rows;
  ACC weight = 0;
  ACC bias = 0;
#pragma unroll 4
  for (i64 row = begin + line; row < end; row += LINES) {
    ACC g = load<ACC>(gradient[row * gradient_row + i * gradient_step]);
    ACC x = load<ACC>(input[row * input_row + i * input_step]);
    ACC average = load<ACC>(mean[row * mean_step]);
    weight += g * ((x - average) * load<ACC>(inverse[row * inverse_step]));
    bias += g;
  }
  weights[line][column] = weight;
  biases[line][column] = bias;
  __syncthreads();
  if (line == 0 && i < size) {
    for (int other = 1; other < LINES; other++) {
      weight += weights[other][column];
      bias += biases[other][column];
    }
    partial[(i64)blockIdx.y * size + i] = weight;
    partial[((i64)gridDim.y + blockIdx.y) * size + i] = bias;
  }
}

// Adds up the partial sums of each column.
extern "C" __global__ void layer_norm_sums(
    const ACC* partial, W* weight, B* bias, i64 splits, i64 size, i64 weight_step, i64 bias_step) {
  for (i64 i = global_thread(); i < size; i += global_threads()) {
    ACC weights = 0;
    ACC biases = 0;
#pragma unroll 4
    for (i64 split = 0; split < splits; split++) {
      weights += partial[split * size + i];
      biases += partial[(splits + split) * size + i];
    }
    if (weight != 0) {
      weight[i * weight_step] = cast<W>(weights);
    }
    if (bias != 0) {
      bias[i * bias_step] = cast<B>(biases);
    }
  }
}
