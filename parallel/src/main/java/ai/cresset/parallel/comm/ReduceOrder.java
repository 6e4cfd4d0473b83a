package ai.cresset.parallel.comm;

/** In which order the values of the ranks are combined. Both give the same bits on every rank. */
public enum ReduceOrder {
  /** What is fastest for the size; depends on size and number of ranks only. */
  FASTEST,
  /** Rank 0, then 1, then 2 and so on: the bits of a sequential sum, for proofs of parity. */
  RANK_ORDER
}
