package ai.cresset.parallel.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.Placement.Partial;
import ai.cresset.parallel.mesh.Placement.Replicate;
import ai.cresset.parallel.mesh.Placement.Shard;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups of a mesh, and tensors that go from any layout to any other. */
class DeviceMeshTest {
  private static final ParallelDims DIMS = ParallelDims.of(2, 2);

  /** What a rank does. */
  private interface Body {
    void run(DeviceMesh mesh);
  }

  private static void onMesh(ParallelDims dims, Body body) {
    new ThreadLauncher(LaunchOptions.of(dims.worldSize()))
        .launch(
            context -> {
              try (ProcessGroup world = context.connect(CommOptions.defaults());
                  DeviceMesh mesh = new DeviceMesh(dims, world);
                  Scope scope = Scope.open("mesh")) {
                body.run(mesh);
                return 0;
              }
            });
  }

  @Test
  void groupsHoldTheRanksAlongTheirAxes() {
    onMesh(
        DIMS,
        mesh -> {
          ProcessGroup shard = mesh.group(MeshAxis.SHARD);
          ProcessGroup data = mesh.group(MeshAxis.DATA);
          assertEquals(mesh.ranks(MeshAxis.SHARD), shard.jobRanks());
          assertEquals(mesh.coordinates().shard(), shard.rank());
          assertEquals(mesh.coordinates().data(), data.rank());
          assertSame(shard, mesh.group(MeshAxis.SHARD));
          assertSame(mesh.world(), mesh.group(MeshAxis.DATA, MeshAxis.SHARD));
          assertSame(shard, mesh.group(MeshAxis.SHARD, MeshAxis.TENSOR));
          assertEquals(1, mesh.group(MeshAxis.TENSOR).size());
          double[] sum = {mesh.rank()};
          try (Tensor value = Tensor.of(sum, 1);
              HostMirror mirror = new HostMirror(value)) {
            data.allReduce(mirror.fetch(), ReduceOp.SUM);
            assertEquals(mesh.coordinates().shard() * 2 + 2, value.item());
          }
        });
  }

  @Test
  void everyLayoutBecomesEveryOther() {
    Shape whole = Shape.of(5, 3);
    List<ShardSpec> specs =
        List.of(
            ShardSpec.replicated(whole),
            ShardSpec.split(whole, 0, MeshAxis.SHARD),
            ShardSpec.split(whole, 1, MeshAxis.DATA),
            ShardSpec.split(whole, 0, MeshAxis.DATA).andSplit(0, MeshAxis.SHARD),
            ShardSpec.split(whole, 1, MeshAxis.DATA).andSplit(0, MeshAxis.SHARD));
    onMesh(
        DIMS,
        mesh -> {
          Tensor all = Tensor.arange(15).reshape(5, 3);
          for (ShardSpec from : specs) {
            for (ShardSpec to : specs) {
              Tensor local = from.box(DIMS, mesh.rank()).of(all);
              Tensor moved = Redistribution.redistribute(local, from, to, mesh);
              assertArrayEquals(
                  to.box(DIMS, mesh.rank()).of(all).toLongArray(),
                  moved.toLongArray(),
                  from + " to " + to);
            }
          }
          Tensor scalar = Tensor.scalar(mesh.rank() == 0 ? 3 : 4);
          ShardSpec same = ShardSpec.replicated(Shape.scalar());
          assertEquals(3, Redistribution.redistribute(scalar, same, same, mesh).item());
        });
  }

  @Test
  void partialValuesAreCombinedAndMadeAlongAnAxis() {
    Shape whole = Shape.of(5, 2);
    onMesh(
        ParallelDims.of(1, 3),
        mesh -> {
          Tensor mine = Tensor.arange(10).reshape(5, 2).mul(mesh.rank() + 1);
          Tensor sum = Tensor.arange(10).reshape(5, 2).mul(6);
          Partial partial = new Partial(ReduceOp.SUM);
          Tensor all =
              Redistribution.along(MeshAxis.SHARD, mesh, mine, whole, partial, new Replicate());
          assertArrayEquals(sum.toLongArray(), all.toLongArray());
          Tensor rows =
              Redistribution.along(MeshAxis.SHARD, mesh, mine, whole, partial, new Shard(0));
          Box box = ShardSpec.rows(whole, MeshAxis.SHARD).box(mesh.dims(), mesh.rank());
          assertArrayEquals(box.of(sum).toLongArray(), rows.toLongArray());
          Tensor again =
              Redistribution.along(MeshAxis.SHARD, mesh, rows, whole, new Shard(0), partial);
          Tensor columns =
              Redistribution.along(MeshAxis.SHARD, mesh, again, whole, partial, new Shard(1));
          box = ShardSpec.split(whole, 1, MeshAxis.SHARD).box(mesh.dims(), mesh.rank());
          assertArrayEquals(box.of(sum).toLongArray(), columns.toLongArray());
        });
  }
}
