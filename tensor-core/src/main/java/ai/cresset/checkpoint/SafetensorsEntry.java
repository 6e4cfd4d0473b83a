package ai.cresset.checkpoint;

import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/**
 * A tensor of a safetensors file.
 *
 * @param name its name
 * @param dtype its element type
 * @param shape its sizes
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record SafetensorsEntry(String name, DType dtype, Shape shape, long begin, long end) {
  /** Bytes of the elements. */
  public long bytes() {
    return end - begin;
  }

  @Override
  public String toString() {
    return name + ": " + dtype + shape;
  }
}
