// Copies whose source and target are dense along different dimensions, through square tiles in
// shared memory, so that both sides move whole lines.
// FROM, TO: element types. TILE: 32, or 64 for small elements.

extern "C" __global__ void transpose(
    const FROM* source,
    TO* target,
    Nest<2> others,
    i64 width,
    i64 height,
    i64 source_step,
    i64 target_step) {
  // The source is dense along `height`, the target along `width`.
  __shared__ FROM tile[TILE][TILE + 1];
  const int lane = threadIdx.x % TILE;
  const int line = threadIdx.x / TILE;
  const int lines = blockDim.x / TILE;
  const i64 across = (width + TILE - 1) / TILE;
  const i64 down = (height + TILE - 1) / TILE;
  const i64 tiles = across * down * others.count;
  for (i64 number = blockIdx.x; number < tiles; number += gridDim.x) {
    i64 matrix = number / (across * down);
    i64 within = number - matrix * across * down;
    i64 top = within / across * TILE;
    i64 left = (within % across) * TILE;
    i64 offsets[2];
    nest_offsets(others, matrix, offsets);
    const FROM* from = source + offsets[0];
    TO* to = target + offsets[1];
    for (int i = line; i < TILE; i += lines) {
      if (left + i < width && top + lane < height) {
        tile[i][lane] = from[(left + i) * source_step + top + lane];
      }
    }
    __syncthreads();
    for (int i = line; i < TILE; i += lines) {
      if (top + i < height && left + lane < width) {
        to[(top + i) * target_step + left + lane] = CONVERT(tile[lane][i]);
      }
    }
    __syncthreads();
  }
}
