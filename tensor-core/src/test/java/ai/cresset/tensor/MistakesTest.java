package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.CressetException;
import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users are told after the mistakes they make most: the operation, what was expected, what
 * came, and what to do.
 */
@ExtendWith(LeakCheck.class)
class MistakesTest {
  private record Mistake(String name, Executable code, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    gradients(mistakes);
    changesInPlace(mistakes);
    lifetimes(mistakes);
    return mistakes;
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void theTextSaysWhatToDo(Mistake mistake) {
    CressetException thrown = assertThrows(CressetException.class, mistake.code());
    assertEquals(mistake.text(), thrown.getMessage());
  }

  private static Tensor leaf() {
    return Tensor.ones(2, 3).requiresGrad(true);
  }

  private static void gradients(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "backward twice",
            () -> {
              Tensor result = leaf().exp();
              result.backward(Tensor.ones(2, 3));
              result.backward(Tensor.ones(2, 3));
            },
            "exp: its saved tensors were released by an earlier backward; pass retainGraph to the"
                + " first one"));
    mistakes.add(
        new Mistake(
            "backward of many elements",
            () -> leaf().mul(2).backward(),
            "backward without a gradient needs a tensor of one element, got float32[2, 3]; pass a"
                + " gradient of its shape or reduce it with sum() or mean()"));
    mistakes.add(
        new Mistake(
            "backward without a graph",
            () -> Tensor.ones(2).sum().backward(),
            "backward of float32[], which does not require a gradient: expected the result of"
                + " operations on a leaf that does; call requiresGrad(true) on a leaf before the"
                + " forward pass, outside of noGrad and of detach()"));
    mistakes.add(
        new Mistake(
            "a cotangent of another shape",
            () -> leaf().mul(2).backward(Tensor.ones(3, 2)),
            "backward: expected a gradient of the root's shape [2, 3], got [3, 2]; expand or reshape"
                + " it"));
    mistakes.add(
        new Mistake(
            "a gradient of integers",
            () -> Tensor.of(new long[] {1, 2}, 2).requiresGrad(true),
            "requiresGrad: dtype int64 is not supported; cast with to(DType) to one of the floating"
                + " types"));
    mistakes.add(
        new Mistake(
            "requiresGrad of a result",
            () -> leaf().mul(2).requiresGrad(false),
            "requiresGrad can be changed on leaves only, not on float32[2, 3], the result of an"
                + " operation; detach() it first"));
    mistakes.add(
        new Mistake(
            "grad with respect to something unused",
            () -> Autograd.grad(leaf().sum(), leaf(), false),
            "grad: the roots do not depend on input 0, float32[2, 3]; expected an input that was used"
                + " to compute them: leave it out, or call gradOrNull to get null for it"));
    mistakes.add(
        new Mistake(
            "a tensor of inference mode in a graph",
            () -> leaf().mul(Autograd.inference(() -> Tensor.ones(3))),
            "mul: backward would need float32[3], which was made in inference mode and cannot enter a"
                + " graph; copy() it to get an ordinary tensor, or make it under noGrad instead"));
  }

  private static void changesInPlace(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "in place on a leaf",
            () -> leaf().add_(1),
            "add_ on float32[2, 3], a leaf that requires a gradient; use noGrad to change its value,"
                + " or the form without underscore to compute with it"));
    mistakes.add(
        new Mistake(
            "in place on a view of a leaf",
            () -> leaf().select(0, 1).zero_(),
            "zero_ on float32[3], a view of a leaf that requires a gradient; use noGrad to change the"
                + " leaf's value, or change a view of a copy() of it"));
    mistakes.add(
        new Mistake(
            "in place on what backward needs",
            () -> {
              Tensor hidden = leaf().exp();
              Tensor loss = hidden.square().sum();
              hidden.mul_(2);
              loss.backward();
            },
            "square: its backward needs the tensor float32[2, 3] as it was, but mul_ changed it in"
                + " place (saved at version 0, now 1); copy() it before the change, or use the form"
                + " without underscore"));
    mistakes.add(
        new Mistake(
            "in place on an expanded view",
            () -> Tensor.ones(1, 3).expand(2, 3).add_(1),
            "add_ on float32[2, 3], whose dim 0 repeats one memory location (expand); change a copy()"
                + " of it"));
    mistakes.add(
        new Mistake(
            "fractions into integers",
            () -> Tensor.of(new long[] {1, 2}, 2).mul_(0.5),
            "mul_: the result has dtype float32, which cannot be stored in a tensor of int64; use the"
                + " form without underscore, or cast with to(DType) first"));
    mistakes.add(
        new Mistake(
            "in place with a larger operand",
            () -> Tensor.ones(3).add_(Tensor.ones(2, 3)),
            "add_: expected operands that broadcast to the changed tensor's shape [3], got a result"
                + " of [2, 3]"));
    mistakes.add(
        new Mistake(
            "in place on a view made under noGrad",
            () -> {
              Tensor hidden = leaf().mul(2);
              Tensor view;
              try (GradMode.Restore off = GradMode.disable()) {
                view = hidden.select(0, 0);
              }
              view.mul_(2);
            },
            "mul_ on float32[3], a view that was made under noGrad, while gradient mode is on; make"
                + " the view while gradient mode is on, or change it under noGrad too"));
  }

  private static void lifetimes(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "use after its scope",
            () -> {
              Tensor lost;
              try (Scope step = Scope.open("step")) {
                lost = Tensor.ones(2);
              }
              lost.add(1);
            },
            "tensor float32[2] was released by scope 'step'; keep it with Scope.keep, or use it"
                + " before the scope ends"));
    mistakes.add(
        new Mistake(
            "use after close",
            () -> {
              Tensor closed = Tensor.ones(2);
              closed.close();
              closed.add(1);
            },
            "tensor float32[2] was released by close(); keep it with Scope.keep, or use it before the"
                + " scope ends"));
    mistakes.add(
        new Mistake(
            "item of many elements",
            () -> Tensor.ones(2, 3).item(),
            "item: expected one element, got float32[2, 3]; pick one with get, or read all with toFloatArray() or toDoubleArray()"));
    mistakes.add(
        new Mistake(
            "a tensor of another thread",
            () -> {
              Tensor mine = Tensor.ones(2);
              String main = Thread.currentThread().getName();
              Throwable[] thrown = new Throwable[1];
              Thread other =
                  new Thread(
                      () -> {
                        try {
                          mine.add(1).close();
                        } catch (CressetException e) {
                          thrown[0] = renamed(e, main);
                        }
                      },
                      "loader");
              other.start();
              other.join();
              if (thrown[0] != null) {
                throw thrown[0];
              }
            },
            "affine: float32[2] belongs to scope 'test' of thread MAIN, not to thread loader; hand it"
                + " over with Scope.detach there, or copy it"));
  }

  /** The same with a fixed name for this thread, which a test cannot choose. */
  private static CressetException renamed(CressetException thrown, String main) {
    return LifetimeException.because(
        String.valueOf(thrown.getMessage()).replace("thread " + main + ",", "thread MAIN,"));
  }
}
