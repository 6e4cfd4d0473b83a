// Reading by index: each element of the output comes from a place that the index moves along one
// dimension of the input.
// E: the elements' bits. Index: u32 where it holds all distances, else i64. WIDTH: neighbours that
// have one index and lie together in input and output.

// Views of the nest: output, input without the moved dimension, index.
extern "C" __global__ void select_elements(
    E* output,
    const E* input,
    const i64* index,
    Nest<3> nest,
    i64 size,
    i64 step,
    Failure* failure) {
  const Index packs = (Index)(nest.count / WIDTH);
  for (Index pack = (Index)global_thread(); pack < packs; pack += (Index)global_threads()) {
    Index at[3];
    walk_packs(nest, pack, WIDTH, at);
    i64 place = checked_index(failure, index[at[2]], size);
    if (size > 0) {
      const E* from = input + at[1] + place * step;
#if WIDTH > 1
      store_pack(output + at[0], load_pack<WIDTH>(from));
#else
      output[at[0]] = *from;
#endif
    }
  }
}
