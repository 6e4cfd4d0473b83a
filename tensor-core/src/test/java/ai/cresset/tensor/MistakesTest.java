package ai.cresset.tensor;

import static ai.cresset.tensor.Index.at;
import static ai.cresset.tensor.Index.index;
import static ai.cresset.tensor.Index.mask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.CressetException;
import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    shapes(mistakes);
    types(mistakes);
    positions(mistakes);
    layers(mistakes);
    statesAndOptimizers(mistakes);
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
            "item: expected one element, got float32[2, 3]; pick one with get, or read all"
                + " with toFloatArray() or toDoubleArray()"));
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
            "add: float32[2] belongs to scope 'test' of thread MAIN, not to thread loader; hand it"
                + " over with Scope.detach there, or copy it"));
  }

  private static void shapes(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "a product of matrices that do not fit",
            () -> ones(2, 3).matmul(ones(2, 3)),
            "matmul: expected [..., m, k] and [..., k, n] with one k, got [2, 3] and [2, 3];"
                + " transpose or reshape one of them"));
    mistakes.add(
        new Mistake(
            "batches of matrices that do not fit",
            () -> ones(2, 3, 4).matmul(ones(5, 4, 3)),
            "matmul: shapes [2] and [5] do not broadcast: sizes differ at dim -1 and neither is"
                + " 1; reshape or expand one of them"));
    mistakes.add(
        new Mistake(
            "a sum of shapes that do not broadcast",
            () -> ones(2, 3).add(ones(4)),
            "add: shapes [2, 3] and [4] do not broadcast: sizes differ at dim -1 and neither is"
                + " 1; reshape or expand one of them"));
    mistakes.add(
        new Mistake(
            "a difference of shapes that do not broadcast",
            () -> ones(2, 3).sub(ones(4)),
            "sub: shapes [2, 3] and [4] do not broadcast: sizes differ at dim -1 and neither is"
                + " 1; reshape or expand one of them"));
    mistakes.add(
        new Mistake(
            "expand to a shape that does not fit",
            () -> ones(2, 3).expand(4, 3),
            "expand: shapes [2, 3] and [4, 3] do not broadcast: sizes differ at dim -2 and"
                + " neither is 1; reshape or expand one of them"));
    mistakes.add(
        new Mistake(
            "reshape to another number of elements",
            () -> ones(2, 3).reshape(4, 2),
            "reshape: expected sizes that multiply to the 6 elements of [2, 3], got [4, 2]; one"
                + " size may be -1, to be what is left"));
    mistakes.add(
        new Mistake(
            "reshape with a size to fill in that is no whole number",
            () -> ones(2, 3).reshape(4, -1),
            "reshape: expected sizes that divide the 6 elements of [2, 3], got [4, -1]"));
    mistakes.add(
        new Mistake(
            "reshape with two sizes to fill in",
            () -> ones(2, 3).reshape(-1, -1),
            "reshape: expected sizes of at least 0, one of them -1 at most, got [-1, -1]"));
    mistakes.add(
        new Mistake(
            "a view of a transposed tensor",
            () -> ones(2, 3).t().view(6),
            "view: expected strides that allow [6] without a copy, got [3, 2] with strides [1,"
                + " 3]; use reshape, which copies where it must"));
    mistakes.add(
        new Mistake(
            "cat of shapes that differ elsewhere",
            () -> Functional.cat(List.of(ones(2, 3), ones(2, 4)), 0),
            "cat: expected shapes that differ in dim 0 only from the first one's, [2, 3], got [2,"
                + " 4]; reshape or narrow one of them, or use another dim"));
    mistakes.add(
        new Mistake(
            "cat of nothing",
            () -> Functional.cat(List.of(), 0),
            "cat: expected at least one tensor, got none"));
    mistakes.add(
        new Mistake(
            "stack of different shapes",
            () -> Functional.stack(List.of(ones(2, 3), ones(2, 4)), 0),
            "stack: expected tensors of one shape [2, 3], got [2, 4]"));
    mistakes.add(
        new Mistake(
            "a dim that is not there",
            () -> ones(2, 3).sum(new int[] {2}, false),
            "sum: dim 2 is outside of [-2, 1] for a tensor of rank 2"));
    mistakes.add(
        new Mistake(
            "a negative dim that is not there",
            () -> ones(2, 3).softmax(-3),
            "softmax: dim -3 is outside of [-2, 1] for a tensor of rank 2"));
    mistakes.add(
        new Mistake(
            "the lower triangle of a vector",
            () -> ones(3).tril(0),
            "tril: expected a tensor of rank 2 or more, got [3]"));
    mistakes.add(
        new Mistake(
            "values for another shape",
            () -> Tensor.of(new float[] {1, 2, 3}, 2, 2),
            "Tensor.of: expected 4 values for [2, 2], got 3"));
    mistakes.add(
        new Mistake(
            "rows of different lengths",
            () -> Tensor.of(new float[][] {{1, 2}, {3}}),
            "tensor: expected 2 elements in each row of dim 1, as in the first one, got 1 at"
                + " values[1]"));
    mistakes.add(
        new Mistake(
            "the largest element of none",
            () -> ones(0).max(),
            "amax: expected at least one element to choose from, got [0]"));
    mistakes.add(
        new Mistake(
            "a negative size",
            () -> Tensor.zeros(-1),
            "Shape.of: expected sizes of at least 0, got [-1]"));
  }

  private static void types(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "positions as floats",
            () -> ones(3).get(index(ones(2))),
            "Index.index: expected dtype int64, got float32; cast with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "gather by floats",
            () -> ones(3).gather(0, ones(2)),
            "gather (index): expected dtype int64, got float32; cast with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "indexSelect by floats",
            () -> ones(3).indexSelect(0, ones(2)),
            "indexSelect (index): expected dtype int64, got float32; cast with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "a mask of floats",
            () -> ones(3).get(mask(ones(3))),
            "Index.mask: expected dtype bool, got float32; cast with to(DType.BOOL)"));
    mistakes.add(
        new Mistake(
            "matmul of two types",
            () -> ones(2, 3).matmul(ones(3, 2).to(DType.FLOAT64)),
            "matmul: expected dtype float32, got float64; cast with to(DType.FLOAT32)"));
    mistakes.add(
        new Mistake(
            "the mean of integers",
            () -> integers(1, 2).mean(),
            "mean: dtype int64 is not supported; cast with to(DType) to one of the floating types"));
    mistakes.add(
        new Mistake(
            "the standard deviation of integers",
            () -> integers(1, 2).std(),
            "std: dtype int64 is not supported; cast with to(DType) to one of the floating types"));
    mistakes.add(
        new Mistake(
            "softmax of integers",
            () -> integers(1, 2).softmax(0),
            "softmax: dtype int64 is not supported; cast with to(DType) to one of the floating"
                + " types"));
    mistakes.add(
        new Mistake(
            "the negative of a mask",
            () -> ones(2).gt(0).neg(),
            "neg: dtype bool is not supported; turn a mask around with logicalNot(), combine"
                + " masks with logicalAnd, logicalOr or logicalXor, or cast with to(DType)"));
    mistakes.add(
        new Mistake(
            "the difference of masks",
            () -> ones(2).gt(0).sub(ones(2).gt(0)),
            "sub: dtype bool is not supported; turn a mask around with logicalNot(), combine"
                + " masks with logicalAnd, logicalOr or logicalXor, or cast with to(DType)"));
    mistakes.add(
        new Mistake(
            "bits of floats",
            () -> ones(2).bitwiseAnd(ones(2)),
            "bitwise_and: dtype float32 is not supported; cast with to(DType) to one of the"
                + " integers and bool"));
    mistakes.add(
        new Mistake(
            "a negative power of integers",
            () -> integers(2).pow(-1),
            "pow with exponent -1.0: dtype int64 is not supported; cast with to(DType) to one of"
                + " float32, float64"));
    mistakes.add(
        new Mistake(
            "tensors on two devices",
            () -> ones(2).add(ones(2).to(Device.REFERENCE)),
            "add: tensors are on cpu and reference; move one of them with to(Device)"));
    mistakes.add(
        new Mistake(
            "a product on two devices",
            () -> ones(2, 2).matmul(ones(2, 2).to(Device.REFERENCE)),
            "matmul: tensors are on cpu and reference; move one of them with to(Device)"));
  }

  private static void positions(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "a position outside",
            () -> ones(2, 3).get(at(2)),
            "index: index 2 is outside of dim 0 of size 2; expected [-2, 1]"));
    mistakes.add(
        new Mistake(
            "a position outside, as text",
            () -> ones(2, 3).get("0, 3"),
            "index: index 3 is outside of dim 1 of size 3; expected [-3, 2]"));
    mistakes.add(
        new Mistake(
            "more positions than dimensions",
            () -> ones(2, 3).get("0, 1, 2"),
            "index: expected indices for at most 2 dims of [2, 3], got 3"));
    mistakes.add(
        new Mistake(
            "a position outside in a list",
            () -> ones(2, 3).get(index(0, 5)),
            "index: index 5 is outside of dim 0 of size 2; expected [-2, 1]"));
    mistakes.add(
        new Mistake(
            "a mask of another shape",
            () -> ones(2, 3).get(mask(ones(2, 4).gt(0))),
            "index: expected a mask of size 3 for dim 1, got mask [2, 4]"));
    mistakes.add(
        new Mistake(
            "gather outside",
            () -> ones(2, 3).gather(1, Tensor.of(new long[] {0, 3}, 2, 1)),
            "gather: index 3 is outside of a dimension of size 3; expected [0, 2]"));
    mistakes.add(
        new Mistake(
            "indexSelect outside",
            () -> ones(2, 3).indexSelect(1, integers(3)),
            "indexSelect: index 3 is outside of a dimension of size 3; expected [0, 2]"));
    mistakes.add(
        new Mistake(
            "scatter outside",
            () -> ones(3).scatter(0, integers(3), ones(1)),
            "scatter: index 3 is outside of a dimension of size 3; expected [0, 2]"));
    mistakes.add(
        new Mistake(
            "select outside",
            () -> ones(2, 3).select(0, 2),
            "select: index 2 is outside of dim 0 of size 2; expected [-2, 1]"));
    mistakes.add(
        new Mistake(
            "narrow outside",
            () -> ones(2, 3).narrow(1, 2, 2),
            "slice: expected a part of dim 1 of [2, 3], got start 2, length 2, step 1"));
    mistakes.add(
        new Mistake(
            "more of the largest than there are",
            () -> ones(2, 3).topk(4, 1, true),
            "topk: expected k of 0 to 3, the size of dim 1 of [2, 3], got 4"));
  }

  private static void layers(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "a linear layer of another width",
            () -> call(new Linear(3, 4), ones(2, 5)),
            "linear: expected x [..., in] and weight [out, in] with one in, got [2, 5] and [4,"
                + " 3]; change the input's last dim or the layer's number of inputs"));
    mistakes.add(
        new Mistake(
            "a linear layer of integers",
            () -> call(new Linear(3, 4), integers(1, 2, 3)),
            "linear: dtype int64 is not supported; cast with to(DType) to one of the floating"
                + " types"));
    mistakes.add(
        new Mistake(
            "a linear layer of another type",
            () -> call(new Linear(3, 4), ones(2, 3).to(DType.FLOAT64)),
            "linear (weight and bias): expected dtype float64, got float32; cast with"
                + " to(DType.FLOAT64)"));
    mistakes.add(
        new Mistake(
            "an embedding by floats",
            () -> Layers.embedding(ones(2), ones(4, 3)),
            "embedding (indices): expected dtype int64, got float32; cast with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "an embedding of a number that is too large",
            () -> call(new Embedding(4, 3), integers(1, 4)),
            "embedding: index 4 is outside of a dimension of size 4; expected [0, 3]: each index"
                + " must be a row of the weight [4, 3]; make the table larger, or check what gives the"
                + " indices"));
    mistakes.add(
        new Mistake(
            "a convolution of other channels",
            () -> call(new Conv2d(3, 6, 3), ones(1, 4, 8, 8)),
            "conv2d: expected an input of 3 channels (dim 1) for weight [6, 3, 3, 3] with groups 1,"
                + " got [1, 4, 8, 8]; change the input, the weight's dim 1 or groups"));
    mistakes.add(
        new Mistake(
            "a convolution without channels",
            () -> call(new Conv2d(3, 6, 3), ones(4, 8)),
            "conv2d: expected an input [batch, channels, height, width] of rank 4 (or without"
                + " batch), got [4, 8]"));
    mistakes.add(
        new Mistake(
            "a convolution of another type",
            () -> call(new Conv2d(3, 6, 3), ones(1, 3, 8, 8).to(DType.FLOAT64)),
            "conv2d (weight): expected dtype float64, got float32; cast with to(DType.FLOAT64)"));
    mistakes.add(
        new Mistake(
            "layer norm of another size",
            () -> call(new LayerNorm(4), ones(2, 3)),
            "layerNorm: expected an input whose last sizes are the normalized shape [4], got [2,"
                + " 3]; change the input or the normalized shape"));
    mistakes.add(
        new Mistake(
            "batch norm of other channels",
            () -> call(new BatchNorm2d(4), ones(2, 3, 2, 2)),
            "batchNorm: expected weight, bias and statistics of [3], the channels of [2, 3, 2,"
                + " 2], got [4]"));
    mistakes.add(
        new Mistake(
            "batch norm of single elements",
            () -> call(new BatchNorm2d(4), ones(1, 4, 1, 1)),
            "batchNorm: expected more than one element for each channel when training, got [1, 4,"
                + " 1, 1]"));
    mistakes.add(
        new Mistake(
            "a class that is not there",
            () -> Losses.crossEntropy(ones(2, 3), integers(0, 3)),
            "crossEntropy: index 3 is outside of a dimension of size 3; expected [0, 2]: each"
                + " target must be one of the 3 classes of the input, or -100 (ignoreIndex) to be left"
                + " out; correct the targets, or give the model more classes"));
    mistakes.add(
        new Mistake(
            "a negative class",
            () -> Losses.crossEntropy(ones(2, 3), integers(0, -1)),
            "crossEntropy: index -1 is outside of a dimension of size 3; expected [0, 2]: each"
                + " target must be one of the 3 classes of the input, or -100 (ignoreIndex) to be left"
                + " out; correct the targets, or give the model more classes"));
    mistakes.add(
        new Mistake(
            "classes as floats",
            () -> Losses.crossEntropy(ones(2, 3), ones(2)),
            "crossEntropy: expected targets of float32 to be probabilities in the input's shape"
                + " [2, 3], got [2]; for classes by number cast them with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "classes as int32",
            () -> Losses.crossEntropy(ones(2, 3), integers(0, 1).to(DType.INT32)),
            "crossEntropy (targets): expected dtype int64, got int32; cast with to(DType.INT64)"));
    mistakes.add(
        new Mistake(
            "another number of classes",
            () -> Losses.crossEntropy(ones(2, 3), integers(0, 1, 2)),
            "crossEntropy: expected targets [2] for the input [2, 3], classes at dim 1, got [3]"));
    mistakes.add(
        new Mistake(
            "classes as the last dimension",
            () ->
                Losses.crossEntropy(ones(2, 4, 3), integers(0, 1, 2, 0, 1, 2, 0, 1).reshape(2, 4)),
            "crossEntropy: expected targets [2, 3] for the input [2, 4, 3], classes at dim 1, got"
                + " [2, 4]; flatten what is before the classes of both, or move these with"
                + " movedim(-1, 1)"));
    mistakes.add(
        new Mistake(
            "a dropout that is no probability",
            () -> Layers.dropout(ones(2), 1.5, true),
            "dropout.p: expected a probability in [0, 1], got 1.5"));
  }

  private static void statesAndOptimizers(List<Mistake> mistakes) {
    mistakes.add(
        new Mistake(
            "a state without a name",
            () -> load(new Linear(3, 4), new Linear(3, 4, false)),
            "the state does not fit Linear\n  missing (the model has them, the state does not):"
                + " bias\n  nothing was loaded; build the model with the configuration of the state"));
    mistakes.add(
        new Mistake(
            "a state with another name",
            () -> load(new Linear(3, 4, false), new Linear(3, 4)),
            "the state does not fit Linear\n  unexpected (the state has them, the model does"
                + " not): bias\n  nothing was loaded; build the model with the configuration of the"
                + " state"));
    mistakes.add(
        new Mistake(
            "a state of another shape",
            () -> load(new Linear(3, 5), new Linear(3, 4)),
            "the state does not fit Linear\n  mis-shaped: weight (expected float32[5, 3], got"
                + " float32[4, 3]), bias (expected float32[5], got float32[4])\n  nothing was loaded;"
                + " build the model with the configuration of the state"));
    mistakes.add(
        new Mistake(
            "an optimizer without parameters",
            () -> new Sgd(ParameterGroup.single(Map.of()), Sgd.Config.of(0.1)),
            "Sgd: expected at least one parameter, got none; pass a model's namedParameters(),"
                + " after its layers were made"));
    mistakes.add(
        new Mistake(
            "an optimizer of a result",
            () ->
                new Sgd(
                    ParameterGroup.single(Map.of("w", ones(2).requiresGrad(true).mul(2))),
                    Sgd.Config.of(0.1)),
            "Sgd: expected leaves, got the parameter 'w', float32[2], which is the result of an"
                + " operation; pass the leaf it was made of, or detach() it"));
    mistakes.add(
        new Mistake(
            "a negative learning rate",
            () -> Sgd.Config.of(-1),
            "lr: expected a number of at least 0, got -1.0"));
  }

  private static Tensor ones(long... sizes) {
    return Tensor.ones(sizes);
  }

  private static Tensor integers(long... values) {
    return Tensor.of(values, values.length);
  }

  private static void call(Layer layer, Tensor input) {
    try (layer) {
      layer.call(input);
    }
  }

  private static void load(Linear model, Linear other) {
    try (StateDict state = other.stateDict()) {
      model.loadStateDict(state);
    } finally {
      model.close();
      other.close();
    }
  }

  /** The same with a fixed name for this thread, which a test cannot choose. */
  private static CressetException renamed(CressetException thrown, String main) {
    return LifetimeException.because(
        String.valueOf(thrown.getMessage()).replace("thread " + main + ",", "thread MAIN,"));
  }
}
