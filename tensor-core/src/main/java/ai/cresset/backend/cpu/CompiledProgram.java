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
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
