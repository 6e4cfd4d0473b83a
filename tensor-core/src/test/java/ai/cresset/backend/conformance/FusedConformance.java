package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.backend.Backend;
import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.backend.View;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fused capabilities of backends that have them, compared with their definition in float64. */
public interface FusedConformance {
  Backend backend();

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> 1e-11;
      case FLOAT32 -> 3e-5;
      default -> 6e-2;
    };
  }

  /** {@code [batch, heads, length, size]} as a projection leaves it: heads inside of rows. */
  private static Sample heads(Samples samples, DType dtype, long b, long h, long t, long s) {
    Sample rows = samples.random(dtype, CONTIGUOUS, b, t, h, s);
    return new Sample(headView(rows.expected()), headView(rows.actual()));
  }

  private static View headView(View view) {
    Shape shape = view.shape();
    Strides strides = view.strides();
    return new View(
        view.storage(),
        view.offset(),
        Shape.of(shape.size(0), shape.size(2), shape.size(1), shape.size(3)),
        Strides.of(strides.stride(0), strides.stride(2), strides.stride(1), strides.stride(3)),
        view.dtype());
  }

  private static void assertValues(
      Samples samples, String what, double[] expected, Sample sample, double tolerance) {
    double[] actual = samples.actualValues(sample);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i],
          actual[i],
          tolerance * Math.max(1, Math.abs(expected[i])),
          what + ", element " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "FLOAT16", "FLOAT32", "FLOAT64"})
  default void attentionAndItsGradients(DType dtype) {
    FusedAttention fused = backend().capability(FusedAttention.class).orElseThrow();
    long[][] sizes = {{2, 3, 5, 5, 4}, {1, 2, 130, 130, 16}, {1, 5, 70, 20, 8}, {1, 1, 9, 75, 8}};
    try (Samples samples = new Samples(backend())) {
      for (long[] s : sizes) {
        for (boolean causal : new boolean[] {false, true}) {
          for (boolean dense : new boolean[] {false, true}) {
            attention(samples, fused, dtype, s, causal, dense);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "FLOAT32", "FLOAT64"})
  default void attentionOfOddAndLargeHeads(DType dtype) {
    FusedAttention fused = backend().capability(FusedAttention.class).orElseThrow();
    long[][] sizes = {
      {1, 1, 35, 37, 1}, {1, 2, 17, 33, 23}, {1, 1, 40, 24, 136}, {1, 1, 9, 20, 256}
    };
    try (Samples samples = new Samples(backend())) {
      for (long[] s : sizes) {
        attention(samples, fused, dtype, s, true, true);
        attention(samples, fused, dtype, s, false, false);
      }
    }
  }

  private void attention(
      Samples samples, FusedAttention fused, DType dtype, long[] s, boolean causal, boolean dense) {
    Sample q = sample(samples, dtype, dense, s[0], s[1], s[2], s[4]);
    Sample k = sample(samples, dtype, dense, s[0], s[1], s[3], s[4]);
    Sample v = sample(samples, dtype, dense, s[0], s[1], s[3], s[4]);
    Sample g = sample(samples, dtype, !dense, s[0], s[1], s[2], s[4]);
    Sample out = sample(samples, dtype, dense, s[0], s[1], s[2], s[4]);
    Sample dq = sample(samples, dtype, dense, s[0], s[1], s[2], s[4]);
    Sample dk = sample(samples, dtype, dense, s[0], s[1], s[3], s[4]);
    Sample dv = sample(samples, dtype, dense, s[0], s[1], s[3], s[4]);
    DType statistics = dtype == DType.FLOAT64 ? dtype : DType.FLOAT32;
    Sample logSum = samples.output(statistics, CONTIGUOUS, Shape.of(s[0], s[1], s[2]));
    double scale = 0.3;
    AttentionDefinition truth =
        new AttentionDefinition(
            s,
            causal,
            scale,
            samples.values(q.expected()),
            samples.values(k.expected()),
            samples.values(v.expected()),
            samples.values(g.expected()));
    fused.attention(
        q.actual(), k.actual(), v.actual(), causal, scale, out.actual(), logSum.actual());
    // Scores grow with the size of a head, and so do their rounding errors.
    double tolerance = tolerance(dtype) * Math.max(1, s[4] / 16.0);
    String what = dtype + (causal ? " causal attention " : " attention ") + q.expected();
    assertValues(samples, what, truth.output, out, tolerance);
    assertValues(samples, what + " logSumExp", truth.logSum, logSum, 1e-4);
    fused.attentionBackward(
        g.actual(),
        q.actual(),
        k.actual(),
        v.actual(),
        out.actual(),
        logSum.actual(),
        causal,
        scale,
        dq.actual(),
        dk.actual(),
        dv.actual());
    assertValues(samples, what + " query gradient", truth.queryGradient, dq, tolerance);
    assertValues(samples, what + " key gradient", truth.keyGradient, dk, tolerance);
    assertValues(samples, what + " value gradient", truth.valueGradient, dv, tolerance);
  }

  private static Sample sample(
      Samples samples, DType dtype, boolean dense, long b, long h, long t, long s) {
    return dense
        ? samples.random(dtype, CONTIGUOUS, b, h, t, s)
        : heads(samples, dtype, b, h, t, s);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "FLOAT16", "FLOAT32", "FLOAT64"})
  default void crossEntropyAndItsGradient(DType dtype) {
    FusedCrossEntropy fused = backend().capability(FusedCrossEntropy.class).orElseThrow();
    try (Samples samples = new Samples(backend())) {
      for (int[] s : new int[][] {{7, 5}, {300, 65}, {3, 3000}}) {
        Sample logits = samples.random(dtype, CONTIGUOUS, s[0], s[1]);
        Sample targets = samples.indexes(s[1], CONTIGUOUS, s[0]);
        DType statistics = dtype == DType.FLOAT64 ? dtype : DType.FLOAT32;
        Sample losses = samples.output(statistics, CONTIGUOUS, Shape.of(s[0]));
        Sample logSum = samples.output(statistics, CONTIGUOUS, Shape.of(s[0]));
        Sample gradient = samples.random(statistics, CONTIGUOUS, s[0]);
        Sample result = samples.output(dtype, CONTIGUOUS, logits.expected().shape());
        double[] x = samples.values(logits.expected());
        double[] t = samples.values(targets.expected());
        double[] g = samples.values(gradient.expected());
        long ignored = (long) t[1];
        double[] loss = new double[s[0]];
        double[] dx = new double[s[0] * s[1]];
        for (int row = 0; row < s[0]; row++) {
          double sum = 0;
          for (int i = 0; i < s[1]; i++) {
            sum += Math.exp(x[row * s[1] + i]);
          }
          boolean counts = (long) t[row] != ignored;
          loss[row] = counts ? Math.log(sum) - x[row * s[1] + (int) t[row]] : 0;
          for (int i = 0; i < s[1] && counts; i++) {
            double onehot = i == t[row] ? 1 : 0;
            dx[row * s[1] + i] = (Math.exp(x[row * s[1] + i]) / sum - onehot) * g[row];
          }
        }
        fused.crossEntropy(
            logits.actual(), targets.actual(), ignored, losses.actual(), logSum.actual());
        fused.crossEntropyBackward(
            gradient.actual(),
            logits.actual(),
            targets.actual(),
            ignored,
            logSum.actual(),
            result.actual());
        assertValues(samples, dtype + " loss", loss, losses, tolerance(dtype));
        assertValues(samples, dtype + " logits gradient", dx, result, tolerance(dtype));
      }
    }
  }

  @Test
  default void targetsOutsideOfTheClassesAreRefused() {
    FusedCrossEntropy fused = backend().capability(FusedCrossEntropy.class).orElseThrow();
    try (Samples samples = new Samples(backend())) {
      Sample logits = samples.random(DType.FLOAT32, CONTIGUOUS, 2, 3);
      Sample targets = samples.of(DType.INT64, Shape.of(2), 0, 3);
      Sample losses = samples.output(DType.FLOAT32, CONTIGUOUS, Shape.of(2));
      ShapeException thrown =
          assertThrows(
              ShapeException.class,
              () -> {
                fused.crossEntropy(
                    logits.actual(), targets.actual(), -100, losses.actual(), losses.actual());
                backend().synchronize();
              });
      assertEquals(
          "crossEntropy: index 3 is outside of a dimension of size 3; expected [0, 2]",
          thrown.getMessage());
    }
  }
}
