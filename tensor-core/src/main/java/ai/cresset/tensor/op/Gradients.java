package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the lists that backward returns; unlike {@code List.of}, they may hold null. */
public final class Gradients {
  private Gradients() {}

  public static List<@Nullable Tensor> of(@Nullable Tensor... gradients) {
    return Collections.unmodifiableList(Arrays.asList(gradients));
  }
}
