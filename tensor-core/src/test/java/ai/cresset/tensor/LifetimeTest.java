package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.type.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class LifetimeTest {
  private static long live() {
    return Allocator.current().statistics().liveStorages();
  }

  @Test
  @NoScope
  void aScopeReleasesWhatIsMadeInItUnlessKept() {
    Tensor kept;
    try (Scope scope = Scope.open("step")) {
      Tensor a = Tensor.ones(3);
      kept = scope.keep(a.add(1));
      assertEquals(2, live());
      assertSame(scope, a.owner());
    }
    assertNull(kept.owner());
    assertEquals(1, live());
    assertArrayEquals(new float[] {2, 2, 2}, kept.toFloatArray());
    kept.close();
    kept.close();
  }

  @Test
  void keepingHandsToTheEnclosingScope() {
    Tensor kept;
    try (Scope outer = Scope.open("outer")) {
      try (Scope inner = Scope.open("inner")) {
        kept = inner.keep(Tensor.ones(1));
        assertSame(outer, kept.owner());
      }
      assertEquals(1, kept.item());
    }
    String refused = Refused.message(LifetimeException.class, kept::item);
    assertEquals(
        "tensor float32[1] was released by scope 'outer'; keep it with Scope.keep, or use it before"
            + " the scope ends",
        refused);
  }

  @Test
  void aReleasedTensorIsRefusedEverywhere() {
    Tensor gone = Tensor.ones(2).requiresGrad(true);
    Tensor fine = Tensor.ones(2);
    gone.close();
    assertTrue(gone.isReleased());
    assertEquals("tensor(released)", gone.toString());
    for (Runnable use :
        List.<Runnable>of(
            () -> gone.add(1),
            () -> fine.add(gone),
            () -> fine.add_(gone),
            () -> fine.copy_(gone),
            gone::toFloatArray,
            gone::alias,
            () -> gone.reshape(1, 2),
            gone::backward)) {
      String refused = Refused.message(LifetimeException.class, use::run);
      assertTrue(refused.contains("was released by close()"), refused);
    }
  }

  @Test
  @NoScope
  void viewsShareMemoryThatGoesWithTheLastOfThem() {
    Tensor base = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor row = base.select(0, 1);
    assertEquals(2, row.numel());
    base.close();
    assertEquals(1, live());
    row.fill_(5);
    assertEquals(10, row.sum().item());
    row.close();
    // What the chained calls above left behind has no owner: only the collector can free it.
    assertTrue(live() >= 0);
    collect();
  }

  /** Runs the safety net until nothing is left. */
  private static void collect() {
    while (live() > 0) {
      System.gc();
      Thread.onSpinWait();
    }
  }

  @Test
  @NoScope
  void theCollectorFreesWhatWasLostOutsideOfScopes() {
    for (int i = 0; i < 10; i++) {
      Tensor lost = Tensor.ones(1000).add(1);
      assertEquals(1000, lost.numel());
    }
    collect();
  }

  @Test
  @NoScope
  void aGraphIsFreedWithoutABackwardPass() {
    try (Tensor x = Tensor.ones(10).requiresGrad(true)) {
      try (Scope scope = Scope.open("forward")) {
        x.exp().mul(x).tanh().sum();
        assertTrue(live() > 3);
      }
      assertEquals(1, live());
    }
  }

  @Test
  @NoScope
  void whatBackwardNeedsOutlivesItsScope() {
    try (Tensor x = Tensor.full(Tensor.spec(DType.FLOAT64, 2), 3).requiresGrad(true)) {
      Tensor loss;
      try (Scope forward = Scope.open("forward")) {
        loss = forward.keep(x.square().exp().sum());
      }
      try (loss) {
        loss.backward();
      }
      Tensor gradient = x.grad();
      assertNotNull(gradient);
      assertEquals(6 * Math.exp(9), gradient.toDoubleArray()[0], 1e-9 * Math.exp(9));
    }
  }

  @Test
  @NoScope
  void aFailedOperationLeavesNothing() {
    try (Tensor x = Tensor.ones(2, 3).requiresGrad(true)) {
      try (Scope scope = Scope.open("wrong")) {
        Tensor y = x.mul(2);
        assertThrows(RuntimeException.class, () -> y.matmul(y));
        assertThrows(RuntimeException.class, () -> y.indexSelect(0, Tensor.of(new long[] {5}, 1)));
      }
      assertEquals(1, live());
    }
  }

  @Test
  void steppingTensorsThroughManyStepsKeepsMemoryFlat() {
    Tensor weight = Tensor.randn(8, 8).requiresGrad(true);
    long blocks = 0;
    for (int step = 0; step < 100; step++) {
      try (Scope scope = Scope.open("step")) {
        weight.zeroGrad();
        Tensor.randn(4, 8).matmul(weight).tanh().square().mean().backward();
      }
      if (step == 10) {
        blocks = Allocator.current().statistics().systemAllocations();
      }
    }
    assertEquals(blocks, Allocator.current().statistics().systemAllocations());
    assertEquals(2, live());
  }
}
