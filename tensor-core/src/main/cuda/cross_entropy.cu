// Softmax and cross entropy of rows of logits in one pass.
// X: the logits' element type, S: that of losses and sums, G: that of the losses' gradient.
// ACC: float or double. WIDTH: elements of a load; above 1 rows are dense and aligned.

#include "row.cuh"

// The factor under which a sum of powers changes with the largest exponent.
__device__ inline ACC rescale(ACC from, ACC to) {
  return from == to ? (ACC)1 : exponential(from - to);
}

// A row for each group of `across` threads: the largest element and the sum of the others' powers
// are found together.
extern "C" __global__ void cross_entropy(
    const X* logits,
    const i64* targets,
    S* losses,
    S* log_sums,
    i64 rows,
    i64 classes,
    i64 row_step,
    i64 target_step,
    i64 loss_step,
    i64 log_sum_step,
    i64 ignored,
    i32 across,
    Failure* failure) {
  __shared__ ACC scratch[THREADS / 32];
  const Row group = row_of<WIDTH>(rows, classes, across);
  const i64 row = group.number;
  const X* from = logits + row * row_step;
  ACC most = Limits<ACC>::lowest();
  ACC sum = 0;
#pragma unroll 2
  for (i64 i = group.first; i < group.end; i += group.step) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i, values);
    ACC now = most;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      now = larger(now, values[j]);
    }
    sum *= rescale(most, now);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      sum += rescale(values[j], now);
    }
    most = now;
  }
  const ACC all = group_combine(most, across, scratch, TakingLarger());
  sum = group_combine(sum * rescale(most, all), across, scratch, Adding());
  if (group.leads) {
    const ACC log_sum = all + logarithm(sum);
    const i64 target = targets[row * target_step];
    ACC loss = 0;
    if (target != ignored) {
      loss = log_sum - load<ACC>(from[checked_index(failure, target, classes)]);
    }
    losses[row * loss_step] = cast<S>(loss);
    log_sums[row * log_sum_step] = cast<S>(log_sum);
  }
}

// Each row is cut into `pieces` of `piece` elements, one for each block.
extern "C" __global__ void cross_entropy_backward(
    const G* gradient,
    const X* logits,
    const i64* targets,
    const S* log_sums,
    X* logits_gradient,
    i64 rows,
    i64 classes,
    i64 pieces,
    i64 piece,
    i64 gradient_step,
    i64 row_step,
    i64 target_step,
    i64 log_sum_step,
    i64 to_row,
    i64 ignored) {
  const i64 row = blockIdx.x / pieces;
  const i64 begin = (blockIdx.x - row * pieces) * piece;
  const i64 end = begin + piece < classes ? begin + piece : classes;
  const X* from = logits + row * row_step;
  X* to = logits_gradient + row * to_row;
  const i64 target = targets[row * target_step];
  const ACC scale = target == ignored ? (ACC)0 : load<ACC>(gradient[row * gradient_step]);
  const ACC log_sum = load<ACC>(log_sums[row * log_sum_step]);
  for (i64 i = begin + (i64)threadIdx.x * WIDTH; i < end; i += (i64)blockDim.x * WIDTH) {
    ACC values[WIDTH];
    load_values<WIDTH>(from + i, values);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
      ACC onehot = i + j == target ? (ACC)1 : (ACC)0;
      ACC change = (exponential(values[j] - log_sum) - onehot) * scale;
      values[j] = target == ignored ? (ACC)0 : change;
    }
    store_values<WIDTH>(to + i, values);
  }
}
