package ai.cresset.parallel.mesh;

/** The place of a rank along each axis, from 0. */
public record MeshCoordinates(int data, int shard, int tensor, int sequence, int pipeline) {
  /** The first rank. */
  public static final MeshCoordinates ORIGIN = new MeshCoordinates(0, 0, 0, 0, 0);

  /** The place along an axis. */
  public int at(MeshAxis axis) {
    return switch (axis) {
      case DATA -> data;
      case SHARD -> shard;
      case TENSOR -> tensor;
      case SEQUENCE -> sequence;
      case PIPELINE -> pipeline;
    };
  }

  /** The same with another place along one axis. */
  public MeshCoordinates with(MeshAxis axis, int place) {
    return new MeshCoordinates(
        axis == MeshAxis.DATA ? place : data,
        axis == MeshAxis.SHARD ? place : shard,
        axis == MeshAxis.TENSOR ? place : tensor,
        axis == MeshAxis.SEQUENCE ? place : sequence,
        axis == MeshAxis.PIPELINE ? place : pipeline);
  }
}
