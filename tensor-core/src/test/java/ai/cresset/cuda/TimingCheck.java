package ai.cresset.cuda;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Locale;

/** How long launches, copies and products take on a device. */
final class TimingCheck {
  private static final String EMPTY =
      "extern \"C\" __global__ void nothing(float* a, float* b, i64 count) {}\n";

  private final CheckReport report;
  private final Device device;

  TimingCheck(CheckReport report, Device device) {
    this.report = report;
    this.device = device;
  }

  /** Seconds of one round, the best of three turns. */
  private double seconds(int rounds, Runnable round) {
    double best = Double.MAX_VALUE;
    round.run();
    Cuda.synchronize(device);
    for (int turn = 0; turn < 3; turn++) {
      long begin = System.nanoTime();
      for (int i = 0; i < rounds; i++) {
        round.run();
      }
      Cuda.synchronize(device);
      best = Math.min(best, (System.nanoTime() - begin) * 1e-9 / rounds);
    }
    return best;
  }

  void launches(int rounds) {
    CudaKernel kernel = CudaKernel.compile(device, "nothing", EMPTY);
    try (Scope scope = Scope.open("launches")) {
      Tensor a = Tensor.empty(spec(DType.FLOAT32, 32));
      Tensor b = Tensor.empty(spec(DType.FLOAT32, 32));
      double each =
          seconds(rounds, () -> kernel.call().input(a).output(b).int64(32).runFor(32, 32));
      report.say(String.format(Locale.ROOT, "launch_microseconds %.3f", each * 1e6));
      double sum =
          seconds(
              rounds,
              () -> {
                try (Tensor c = a.add(b)) {
                  c.storage();
                }
              });
      report.say(String.format(Locale.ROOT, "operation_microseconds %.3f", sum * 1e6));
    }
  }

  void copies(long bytes, int rounds) {
    try (Scope scope = Scope.open("copies")) {
      Tensor host = Tensor.zeros(new Spec(Shape.of(bytes / 4), DType.FLOAT32, Device.CPU));
      Tensor there = host.to(device);
      double up =
          seconds(
              rounds,
              () -> there.backend().upload(host.storage().address(), there.storage(), 0, bytes));
      double down =
          seconds(
              rounds,
              () -> there.backend().download(there.storage(), 0, host.storage().address(), bytes));
      report.say(String.format(Locale.ROOT, "upload_gigabytes_per_second %.2f", bytes / up * 1e-9));
      report.say(
          String.format(Locale.ROOT, "download_gigabytes_per_second %.2f", bytes / down * 1e-9));
    }
  }

  /**
   * The rate of a language model's products, beside that of large square ones, which is what the
   * device can do.
   */
  void products(long square, long rows, long width, int rounds) {
    for (DType dtype : List.of(DType.BFLOAT16, DType.FLOAT32)) {
      double ceiling = rate(dtype, square, square, square, rounds);
      double ours = rate(dtype, rows, width, 4 * width, rounds);
      report.say(String.format(Locale.ROOT, "matmul_%s_ceiling_teraflops %.3f", dtype, ceiling));
      report.say(String.format(Locale.ROOT, "matmul_%s_model_teraflops %.3f", dtype, ours));
      report.say(
          String.format(Locale.ROOT, "matmul_%s_model_to_ceiling %.2f", dtype, ours / ceiling));
    }
    boolean before = Cuda.allowsTf32(device);
    Cuda.allowTf32(device, true);
    try {
      report.say(
          String.format(
              Locale.ROOT,
              "matmul_tf32_teraflops %.3f",
              rate(DType.FLOAT32, square, square, square, rounds)));
    } finally {
      Cuda.allowTf32(device, before);
    }
  }

  private double rate(DType dtype, long m, long k, long n, int rounds) {
    try (Scope scope = Scope.open("products")) {
      Tensor a = Creation.randn(spec(dtype, m, k));
      Tensor b = Creation.randn(spec(dtype, k, n));
      double each =
          seconds(
              rounds,
              () -> {
                try (Tensor c = a.matmul(b)) {
                  c.storage();
                }
              });
      return 2.0 * m * k * n / each * 1e-12;
    }
  }

  private Spec spec(DType dtype, long... sizes) {
    return new Spec(Shape.of(sizes), dtype, device);
  }
}
