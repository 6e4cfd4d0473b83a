package ai.cresset.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.OnCuda;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of {@code deploy/gpu/check.sh}, at sizes that an emulator can do. */
@OnCuda
class CudaCheckTest {
  @Test
  void trainingAgreesWithTheCpuAndEveryFigureIsPrinted() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    List<String> failures = CudaCheck.run(out, true, 2);
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(), failures, text);
    for (String figure :
        List.of(
            "launch_microseconds",
            "upload_gigabytes_per_second",
            "download_gigabytes_per_second",
            "matmul_bfloat16_model_to_ceiling",
            "matmul_tf32_teraflops")) {
      assertTrue(text.contains(figure), text);
    }
    assertTrue(text.endsWith("all is well\n"), text);
  }
}
