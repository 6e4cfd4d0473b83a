package ai.cresset.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.random.Generator;
import ai.cresset.type.Shape;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Models that are built without elements. */
@NullUnmarked
class DeferredInitTest {
  private static Sequential layers() {
    Sequential made = new Sequential(new Embedding(64, 32), new LayerNorm(32), new Linear(32, 128));
    Linear last = new Linear(128, 8);
    Init.orthogonal(last.weight(), 1, Generator.current()); // written by the host: not deferred
    return new Sequential(made, last);
  }

  private static <M extends Module> M deferred(DeferredInit deferred, Supplier<M> build) {
    Generator.current().seed(3);
    try (deferred) {
      return build.get();
    }
  }

  @Test
  void elementsComeLaterWithTheSameBits() {
    try (Allocator allocator = Allocator.create("deferred", 1L << 30)) {
      Allocator.Binding bound = allocator.bind();
      DeferredInit deferred = DeferredInit.begin();
      try (Sequential model = deferred(deferred, DeferredInitTest::layers)) {
        long whole = 4 * model.numParameters();
        assertTrue(allocator.statistics().liveBytes() < whole / 2);
        Generator.Key after = Generator.current().state();
        Generator.current().seed(3);
        try (Sequential plain = layers()) {
          assertEquals(after, Generator.current().state());
          deferred.materialize(model);
          plain
              .namedParameters()
              .forEach(
                  (name, expected) ->
                      assertArrayEquals(
                          expected.toDoubleArray(),
                          model.namedParameters().get(name).toDoubleArray(),
                          name));
        }
      } finally {
        bound.close();
      }
    }
  }

  @Test
  void aPartIsAllThatStays() {
    DeferredInit deferred = DeferredInit.begin();
    try (Linear layer = deferred(deferred, () -> new Linear(8, 6));
        Scope scope = Scope.open("part")) {
      assertTrue(deferred.isWaiting(layer.weight()));
      assertTrue(Double.isNaN(layer.weight().toDoubleArray()[0]));
      deferred.cut(layer.weight(), whole -> whole.narrow(0, 2, 2).detachedClone(), Shape.of(2, 8));
      assertEquals(Shape.of(2, 8), layer.weight().shape());
      deferred.materialize(layer);
      Generator.current().seed(3);
      try (Linear plain = new Linear(8, 6)) {
        assertArrayEquals(
            plain.weight().narrow(0, 2, 2).toDoubleArray(), layer.weight().toDoubleArray());
        assertArrayEquals(plain.bias().toDoubleArray(), layer.bias().toDoubleArray());
      }
      assertEquals(64, layer.weight().storage().bytes());
    }
  }

  @Test
  void rowsOfPaddingFollowAndOtherChangesAreRefused() {
    DeferredInit deferred = DeferredInit.begin();
    try (Embedding padded = deferred(deferred, () -> new Embedding(8, 4, 0L))) {
      assertThrows(LifetimeException.class, () -> padded.weight().detach().add_(1));
      deferred.materialize(padded);
      Generator.current().seed(3);
      try (Embedding plain = new Embedding(8, 4, 0L)) {
        assertArrayEquals(plain.weight().toDoubleArray(), padded.weight().toDoubleArray());
      }
      assertEquals(0, padded.weight().toDoubleArray()[0]);
    }
  }

  @Test
  void fingerprintsTellSeedsApart() {
    DeferredInit first = DeferredInit.begin();
    try (Linear one = deferred(first, () -> new Linear(4, 4))) {
      DeferredInit second = DeferredInit.begin();
      Generator.current().seed(4);
      Linear built;
      try (second) {
        assertThrows(ConfigException.class, DeferredInit::begin);
        built = new Linear(4, 4);
      }
      try (Linear other = built) {
        assertNotEquals(first.fingerprint(one), second.fingerprint(other));
      }
    }
  }
}
