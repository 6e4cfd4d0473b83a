package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The models that the recipes for images and tables train. */
@ExtendWith(LeakCheck.class)
class RecipeModelsTest {
  private static void assertGradients(Module model, Tensor output) {
    output.square().sum().backward();
    model
        .namedParameters()
        .forEach((name, parameter) -> assertNotNull(parameter.grad(), "no gradient: " + name));
  }

  @Test
  void imagesOfAnySizeAndNumberOfChannels() {
    long[][] shapes = {{1, 28, 28}, {3, 32, 20}, {2, 8, 8}, {1, 4, 5}, {5, 2, 1}, {1, 65, 64}};
    for (long[] shape : shapes) {
      ImageCnnConfig config =
          new ImageCnnConfig(shape[0], shape[1], shape[2], 7, 3, 2, 6, true, 3, 10, 0.1);
      try (ImageCnn cnn = new ImageCnn(config);
          Scope scope = Scope.open("images")) {
        Tensor scores = cnn.call(Tensor.ones(2, shape[0], shape[1], shape[2]));
        assertEquals(Shape.of(2, 7), scores.shape());
        assertGradients(cnn, scores);
      }
    }
  }

  @Test
  void theFeaturesDoNotDependOnTheClasses() {
    try (ImageCnn one = new ImageCnn(ImageCnnConfig.of(1, 12, 12, 5));
        ImageCnn other = new ImageCnn(ImageCnnConfig.of(1, 12, 12, 9));
        StateDict features = one.features().stateDict()) {
      other.features().loadStateDict(features);
    }
  }

  @Test
  void rowsOfNumbersAndOfNames() {
    for (int embeddingWidth : new int[] {0, 4}) {
      for (int numbers : new int[] {0, 3}) {
        List<Long> categories = embeddingWidth == 0 && numbers == 3 ? List.of() : List.of(5L, 2L);
        TableMlpConfig config =
            new TableMlpConfig(numbers, categories, 6, List.of(8, 4), embeddingWidth, true, 0.1);
        try (TableMlp mlp = new TableMlp(config);
            Scope scope = Scope.open("rows")) {
          Tensor output =
              mlp.call(
                  numbers == 0 ? null : Tensor.ones(2, numbers),
                  categories.isEmpty() ? null : Tensor.of(new long[] {4, 1, 0, 0}, 2, 2));
          assertEquals(Shape.of(2, 6), output.shape());
          assertGradients(mlp, output);
          assertEquals(
              numbers
                  + (long) categories.size() * (embeddingWidth == 0 ? 0 : embeddingWidth)
                  + (embeddingWidth == 0 && !categories.isEmpty() ? 7 : 0),
              config.inputs());
        }
      }
    }
  }

  @Test
  void whatCannotBeBuiltIsRefused() {
    assertTrue(
        assertThrows(ConfigException.class, () -> ImageCnnConfig.of(1, 0, 3, 2))
            .getMessage()
            .startsWith("ImageCnnConfig.height: expected a number of at least 1"));
    assertEquals(
        "TableMlpConfig: expected at least one column, got none",
        assertThrows(
                ConfigException.class,
                () -> new TableMlpConfig(0, List.of(), 1, List.of(), 0, false, 0))
            .getMessage());
  }
}
