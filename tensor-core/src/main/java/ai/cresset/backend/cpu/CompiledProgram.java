package ai.cresset.backend.cpu;

import ai.cresset.type.DType;

/**
 * A program as straight-line code over numbered registers of one block each.
 *
 * @param prologue what is the same for every element: run once, with registers of its own
 * @param body what is run for each block
 * @param outputs the register of each output
 * @param registers how many there are
 * @param compute the type of every register
 */
record CompiledProgram(
    Instruction[] prologue, Instruction[] body, int[] outputs, int registers, DType compute) {
  /** Bytes of the first-level cache that registers may take. */
  private static final int CACHE_BYTES = 1 << 15;

  /** What a function of one argument costs; some are simple ones. */
  private static final int COSTLY = 7;

  /** Whether a register belongs to the prologue, so that all its elements are the same. */
  boolean isUniform(int register) {
    return register < prologue.length;
  }

  /** Whether it draws random numbers. */
  boolean draws() {
    for (Instruction each : body) {
      if (each instanceof Instruction.Draw) {
        return true;
      }
    }
    return false;
  }

  /** What an element costs, in loads or additions, roughly. */
  int cost() {
    int cost = outputs.length;
    for (Instruction each : body) {
      boolean costly = each instanceof Instruction.Unary || each instanceof Instruction.Draw;
      cost += costly ? COSTLY : 1;
    }
    return cost;
  }

  /**
   * Elements of a block: fewer when there are so many registers that they would leave the cache.
   */
  int blockLength() {
    int length = Scratch.BLOCK;
    while (length > Scratch.BLOCK / 2
        && length * (registers - prologue.length) * compute.bytes() > CACHE_BYTES) {
      length /= 2;
    }
    return length;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
