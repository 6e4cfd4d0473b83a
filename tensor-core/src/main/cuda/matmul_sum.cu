// Adds what the splits of a product came to, in their order. ELEMENT: the element type.

struct Product {
  i64 rows;
  i64 columns;
  i64 depth;
  i64 left[3];
  i64 right[3];
  i64 output[3];
  i64 accumulate;
  i64 splits;
  i64 part;
};

extern "C" __global__ void matmul_sum(
    Product product, i64 batches, const Accumulator<ELEMENT>::type* partial, ELEMENT* output) {
  typedef Accumulator<ELEMENT>::type A;
  i64 area = product.rows * product.columns;
  i64 count = batches * area;
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    i64 batch = i / area;
    i64 at = i - batch * area;
    const A* from = partial + batch * product.splits * area + at;
    A sum = from[0];
    for (i64 split = 1; split < product.splits; split++) {
      sum += from[split * area];
    }
    ELEMENT* to = output + batch * product.output[0] + at / product.columns * product.output[1] +
            at % product.columns * product.output[2];
    *to = store<ELEMENT>(product.accumulate ? load<A>(*to) + sum : sum);
  }
}
