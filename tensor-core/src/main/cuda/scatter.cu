// Writing by index, in the order of the index and the same way in every run.
// E: the element type. ACC: float, double or i64. KIND: REPLACE, ADD, MULTIPLY, MAX or MIN.
//
// A line runs along the indexed dimension. Either one thread goes along each line, or the indexes
// of each line are sorted with their places, and one thread collects what equal ones point to.

#define REPLACE 0
#define ADD 1
#define MULTIPLY 2
#define MAX 3
#define MIN 4

#define TILE 256
#define COLUMNS 32
#define LINES 4

__device__ inline ACC combine(ACC so, ACC x) {
  return KIND == REPLACE    ? x
         : KIND == ADD      ? sum_of(so, x)
         : KIND == MULTIPLY ? product_of(so, x)
         : KIND == MAX      ? larger(so, x)
                            : smaller(so, x);
}

// Views of the nest: source, index, output; all without the indexed dimension.
extern "C" __global__ void scatter_lines(
    const E* source,
    const i64* index,
    E* output,
    Nest<3> lines,
    i64 length,
    i64 source_step,
    i64 index_step,
    i64 output_step,
    i64 size,
    Failure* failure) {
  for (i64 line = global_thread(); line < lines.count; line += global_threads()) {
    i64 at[3];
    nest_offsets(lines, line, at);
    const E* from = source + at[0];
    const i64* places = index + at[1];
    E* to = output + at[2];
    for (i64 i = 0; i < length; i++) {
      i64 place = checked_index(failure, places[i * index_step], size);
      if (size > 0) {
        E* element = to + place * output_step;
        ACC x = load<ACC>(from[i * source_step]);
        *element = cast<E>(KIND == REPLACE ? x : combine(load<ACC>(*element), x));
      }
    }
  }
}

// Writes each line's indexes in ascending order, and where they were; equal ones keep their order.
// A block ranks TILE indexes among all of its line.
extern "C" __global__ void rank_indexes(
    const i64* index,
    i64* sorted,
    i64* places,
    Nest<3> lines,
    i64 length,
    i64 index_step,
    i64 size,
    Failure* failure) {
  __shared__ i64 others[TILE];
  const i64 tiles = (length + TILE - 1) / TILE;
  const i64 line = blockIdx.x / tiles;
  const i64 number = (blockIdx.x - line * tiles) * TILE + threadIdx.x;
  const i64* from = index + nest_offset(lines, line, 1);
  i64 own = number < length ? checked_index(failure, from[number * index_step], size) : 0;
  i32 rank = 0;
  for (i64 tile = 0; tile < length; tile += TILE) {
    i64 other = tile + threadIdx.x;
    i64 place = other < length ? from[other * index_step] : 0;
    others[threadIdx.x] = place >= 0 && place < size ? place : 0;
    __syncthreads();
    int count = length - tile < TILE ? (int)(length - tile) : TILE;
    // Equal indexes before the own one count, those behind do not.
    i64 before = number - tile;
    for (int i = 0; i < count; i++) {
      rank += others[i] < own || (others[i] == own && i < before) ? 1 : 0;
    }
    __syncthreads();
  }
  if (number < length) {
    sorted[line * length + rank] = own;
    places[line * length + rank] = number;
  }
}

// The end of the run of equal indexes that begins at `begin`.
__device__ inline i64 end_of_run(const i64* sorted, i64 begin, i64 length) {
  i64 own = sorted[begin];
  i64 low = begin + 1;
  i64 high = length;
  while (low < high) {
    i64 middle = low + (high - low) / 2;
    if (sorted[middle] == own) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// One thread for each sorted index of each line; those that begin a run do the work.
extern "C" __global__ void scatter_runs(
    const E* source,
    const i64* sorted,
    const i64* places,
    E* output,
    Nest<3> lines,
    i64 length,
    i64 source_step,
    i64 output_step,
    i64 size,
    Failure* failure) {
  const i64 total = lines.count * length;
  for (i64 number = global_thread(); number < total; number += global_threads()) {
    i64 line = number / length;
    i64 begin = number - line * length;
    const i64* own = sorted + line * length;
    i64 place = checked_index(failure, own[begin], size);
    if (size == 0 || (begin > 0 && own[begin - 1] == own[begin])) {
      continue;
    }
    i64 end = end_of_run(own, begin, length);
    i64 at[3];
    nest_offsets(lines, line, at);
    E* element = output + at[2] + place * output_step;
    ACC all = load<ACC>(*element);
    for (i64 i = KIND == REPLACE ? end - 1 : begin; i < end; i++) {
      all = combine(all, load<ACC>(source[at[0] + places[line * length + i] * source_step]));
    }
    *element = cast<E>(all);
  }
}

// The same for whole slices by one line of indexes. A block takes one sorted index and COLUMNS
// elements of its slice; LINES threads share a long run of equal indexes.
// Views of the nest: source, output; both without the indexed dimension.
extern "C" __global__ void add_slices(
    const E* source,
    const i64* sorted,
    const i64* places,
    E* output,
    Nest<2> slice,
    i64 length,
    i64 source_step,
    i64 output_step,
    i64 size,
    Failure* failure) {
  __shared__ ACC scratch[LINES][COLUMNS];
  const i64 tiles = (slice.count + COLUMNS - 1) / COLUMNS;
  const i64 begin = blockIdx.x / tiles;
  const int column = threadIdx.x % COLUMNS;
  const int line = threadIdx.x / COLUMNS;
  const i64 number = (blockIdx.x - begin * tiles) * COLUMNS + column;
  const i64 place = checked_index(failure, sorted[begin], size);
  if (size == 0 || (begin > 0 && sorted[begin - 1] == sorted[begin])) {
    return;
  }
  const i64 end = end_of_run(sorted, begin, length);
  const bool used = number < slice.count;
  i64 at[2];
  nest_offsets(slice, used ? number : 0, at);
  const E* from = source + at[0];
  ACC all = 0;
#pragma unroll 4
  for (i64 i = begin + line; i < end; i += LINES) {
    all = sum_of(all, load<ACC>(from[places[i] * source_step]));
  }
  scratch[line][column] = all;
  __syncthreads();
  if (line == 0 && used) {
    E* element = output + at[1] + place * output_step;
    ACC sum = load<ACC>(*element);
    for (int i = 0; i < LINES; i++) {
      sum = sum_of(sum, scratch[i][column]);
    }
    *element = cast<E>(sum);
  }
}
