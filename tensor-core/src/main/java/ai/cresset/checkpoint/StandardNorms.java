package ai.cresset.checkpoint;

import ai.cresset.nn.Placement;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.BatchNorm3d;
import ai.cresset.nn.norm.GroupNorm;
import ai.cresset.nn.norm.InstanceNorm1d;
import ai.cresset.nn.norm.InstanceNorm2d;
import ai.cresset.nn.norm.InstanceNorm3d;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.norm.LocalResponseNorm;
import ai.cresset.nn.norm.RmsNorm;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.norm.SyncBatchNorm;
import ai.cresset.type.Shape;

/** Normalisations in a registry. */
final class StandardNorms {
  private StandardNorms() {}

  static void register(ModuleRegistry registry) {
    running(registry);
    others(registry);
  }

  private static void running(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "BatchNorm1d",
            BatchNorm1d.class,
            s ->
                new BatchNorm1d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "InstanceNorm1d",
            InstanceNorm1d.class,
            s ->
                new InstanceNorm1d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "BatchNorm2d",
            BatchNorm2d.class,
            s ->
                new BatchNorm2d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "InstanceNorm2d",
            InstanceNorm2d.class,
            s ->
                new InstanceNorm2d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "BatchNorm3d",
            BatchNorm3d.class,
            s ->
                new BatchNorm3d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "InstanceNorm3d",
            InstanceNorm3d.class,
            s ->
                new InstanceNorm3d(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "SyncBatchNorm",
            SyncBatchNorm.class,
            s ->
                new SyncBatchNorm(
                    s.integer("numFeatures"),
                    s.options("options", RunningNormOptions.class),
                    Placement.DEFAULT));
  }

  private static void others(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "GroupNorm",
            GroupNorm.class,
            s ->
                new GroupNorm(
                    s.count("numGroups"),
                    s.integer("numChannels"),
                    s.number("eps"),
                    s.flag("affine"),
                    Placement.DEFAULT))
        .registerDescribed(
            "LayerNorm",
            LayerNorm.class,
            s ->
                new LayerNorm(
                    Shape.of(s.integers("normalizedShape")),
                    s.number("eps"),
                    s.flag("affine"),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "LocalResponseNorm",
            LocalResponseNorm.class,
            s ->
                new LocalResponseNorm(
                    s.count("size"), s.number("alpha"), s.number("beta"), s.number("k")))
        .registerDescribed(
            "RMSNorm",
            RmsNorm.class,
            s ->
                new RmsNorm(
                    Shape.of(s.integers("normalizedShape")),
                    s.optionalNumber("eps"),
                    s.flag("affine"),
                    Placement.DEFAULT));
  }
}
