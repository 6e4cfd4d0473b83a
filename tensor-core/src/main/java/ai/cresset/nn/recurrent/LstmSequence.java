package ai.cresset.nn.recurrent;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.FusedFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a layer of {@link Lstm} through time: a product and one pass over the gates for
 * each step, and one product for the gradient of the weight over all steps.
 *
 * <p>Inputs: what the layer's inputs contribute to the gates {@code [time, batch, 4 * hidden]},
 * biases included; the weight of hidden states {@code [4 * hidden, hidden]}; the first hidden state
 * and the first cell state, {@code [batch, hidden]}. Results: hidden states and cell states at all
 * times, {@code [time, batch, hidden]}.
 *
 * @param reverse whether it runs from the last time to the first
 */
record LstmSequence(boolean reverse) implements FusedFunction {
  private static final int GATES = 4;

  /** Elements of rows that lie a multiple of a page of memory apart. */
  private static final long CONFLICT = 1024;

  /** Elements between rows that would. */
  private static final long GAP = 16;

  private static final int INPUT = 0;
  private static final int FORGET = 1;
  private static final int CELL = 2;
  private static final int OUTPUT = 3;

  /**
   * Inputs: contributions of the layer's input and of the last hidden state to each gate, the last
   * cell state. Outputs: the gates, the cell state and the hidden state.
   */
  private static final Program STEP = step(DType.FLOAT32);

  private static final Program STEP64 = step(DType.FLOAT64);

  /**
   * Inputs: the gates, the last cell state and this one, the gradients of the hidden state from the
   * result and from the step after, those of the cell state alike. Outputs: the gradients of what
   * came to each gate, and of the last cell state.
   */
  private static final Program STEP_BACKWARD = stepBackward(DType.FLOAT32);

  private static final Program STEP_BACKWARD64 = stepBackward(DType.FLOAT64);

  private static Expr sum(int gate) {
    return Expr.input(gate).plus(Expr.input(GATES + gate));
  }

  private static Program step(DType compute) {
    Expr input = sum(INPUT).apply(UnaryFunction.SIGMOID);
    Expr forget = sum(FORGET).apply(UnaryFunction.SIGMOID);
    Expr fresh = sum(CELL).apply(UnaryFunction.TANH);
    Expr output = sum(OUTPUT).apply(UnaryFunction.SIGMOID);
    Expr cell = forget.times(Expr.input(2 * GATES)).plus(input.times(fresh));
    Expr hidden = output.times(cell.apply(UnaryFunction.TANH));
    List<Expr> results = List.of(input, forget, fresh, output, cell, hidden);
    return new Program(results, 2 * GATES + 1, 0, compute);
  }

  private static Program stepBackward(DType compute) {
    Expr input = Expr.input(INPUT);
    Expr forget = Expr.input(FORGET);
    Expr fresh = Expr.input(CELL);
    Expr output = Expr.input(OUTPUT);
    Expr before = Expr.input(GATES);
    Expr shown = Expr.input(GATES + 1).apply(UnaryFunction.TANH);
    Expr hidden = Expr.input(GATES + 2).plus(Expr.input(GATES + 3));
    Expr one = Expr.constant(1);
    Expr through = hidden.times(output).times(one.minus(shown.times(shown)));
    Expr cell = Expr.input(GATES + 4).plus(Expr.input(GATES + 5)).plus(through);
    List<Expr> results =
        List.of(
            cell.times(fresh).times(input.times(one.minus(input))),
            cell.times(before).times(forget.times(one.minus(forget))),
            cell.times(input).times(one.minus(fresh.times(fresh))),
            hidden.times(shown).times(output.times(one.minus(output))),
            cell.times(forget));
    return new Program(results, GATES + 6, 0, compute);
  }

  /** The sizes of one call, and views of its tensors at one time. */
  private record Sizes(int time, long batch, long hidden, boolean reverse) {
    static Sizes of(Shape contributions, boolean reverse) {
      return new Sizes(
          Math.toIntExact(contributions.size(0)),
          contributions.size(1),
          contributions.size(2) / GATES,
          reverse);
    }

    /** The time of a step. */
    int at(int step) {
      return reverse ? time - 1 - step : step;
    }

    /** {@code [batch, hidden]} of a gate. */
    View gate(Tensor gates, int at, int gate) {
      long offset = gates.storageOffset() + at * batch * rowStride(gates) + gate * hidden;
      return view(gates, offset, Strides.of(rowStride(gates), 1));
    }

    /** {@code [batch, hidden]} of states. */
    View state(Tensor states, int at) {
      long offset = states.storageOffset() + at * batch * hidden;
      return view(states, offset, Strides.of(hidden, 1));
    }

    private static long rowStride(Tensor tensor) {
      return tensor.strides().stride(tensor.rank() - 2);
    }

    private View view(Tensor tensor, long offset, Strides strides) {
      Shape shape = Shape.of(batch, hidden);
      return new View(tensor.storage(), offset, shape, strides, tensor.dtype());
    }

    /** Rows of {@code width} from a time on, for products. */
    View rows(Tensor tensor, int from, int times, long width) {
      return new View(
          tensor.storage(),
          tensor.storageOffset() + from * batch * rowStride(tensor),
          Shape.of(1, times * batch, width),
          Strides.of(0, rowStride(tensor), 1),
          tensor.dtype());
    }
  }

  private static View transposed(View matrix) {
    Shape shape = matrix.shape();
    Strides strides = matrix.strides();
    return new View(
        matrix.storage(),
        matrix.offset(),
        Shape.of(1, shape.size(2), shape.size(1)),
        Strides.of(0, strides.stride(2), strides.stride(1)),
        matrix.dtype());
  }

  /** A contiguous matrix as a batch of one. */
  private static View matrix(Tensor tensor) {
    return new View(
        tensor.storage(),
        tensor.storageOffset(),
        Shape.of(1, tensor.size(0), tensor.size(1)),
        Strides.of(0, tensor.size(1), 1),
        tensor.dtype());
  }

  private static void run(
      Backend backend, Program program, Program wide, List<View> inputs, List<View> outputs) {
    Program fitting = outputs.get(0).dtype() == DType.FLOAT64 ? wide : program;
    backend.pointwise(fitting, new double[0], Generator.Key.NONE, inputs, outputs);
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Sizes sizes = Sizes.of(inputs.get(0).shape(), reverse);
    Spec states = inputs.get(0).spec().withShape(Shape.of(sizes.time, sizes.batch, sizes.hidden));
    Tensor hidden = Tensor.empty(states);
    Tensor cells = Tensor.empty(states);
    try (Scope scope = Scope.open(name())) {
      Tensor contributions = inputs.get(0).contiguous();
      View weight = transposed(matrix(inputs.get(1).contiguous()));
      Tensor gates = Tensor.empty(contributions.spec());
      Tensor recalled =
          Tensor.empty(states.withShape(Shape.of(1, sizes.batch, GATES * sizes.hidden)));
      Backend backend = hidden.backend();
      View last = sizes.rows(inputs.get(2).contiguous(), 0, 1, sizes.hidden);
      View cell = sizes.state(inputs.get(3).contiguous(), 0);
      for (int step = 0; step < sizes.time; step++) {
        int at = sizes.at(step);
        backend.matmul(last, weight, recalled.materialize(), false);
        List<View> read = new ArrayList<>();
        List<View> written = new ArrayList<>();
        for (int gate = 0; gate < GATES; gate++) {
          read.add(sizes.gate(contributions, at, gate));
          written.add(sizes.gate(gates, at, gate));
        }
        for (int gate = 0; gate < GATES; gate++) {
          read.add(sizes.gate(recalled, 0, gate));
        }
        read.add(cell);
        last = sizes.rows(hidden, at, 1, sizes.hidden);
        cell = sizes.state(cells, at);
        written.add(cell);
        written.add(sizes.state(hidden, at));
        run(backend, STEP, STEP64, read, written);
      }
      context.save(gates, inputs.get(1), inputs.get(2), inputs.get(3), hidden, cells);
    }
    return List.of(hidden, cells);
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gates = context.saved(0);
    Tensor weight = context.saved(1).contiguous();
    Tensor firstCell = context.saved(3).contiguous();
    Tensor cells = context.saved(5);
    Sizes sizes = Sizes.of(gates.shape(), reverse);
    Tensor toGates = apart(gates.spec());
    Tensor toHidden = Tensor.zeros(firstCell.spec());
    Tensor toCell = Tensor.zeros(firstCell.spec());
    Tensor nothing = Tensor.zeros(firstCell.spec().withShape(Shape.of(1)));
    View none = nothing.materialize().broadcast(Shape.of(sizes.batch, sizes.hidden));
    Tensor hiddenGradient = contiguous(gradients.get(0));
    Tensor cellGradient = contiguous(gradients.get(1));
    Backend backend = gates.backend();
    for (int step = sizes.time - 1; step >= 0; step--) {
      int at = sizes.at(step);
      List<View> read = new ArrayList<>();
      List<View> written = new ArrayList<>();
      for (int gate = 0; gate < GATES; gate++) {
        read.add(sizes.gate(gates, at, gate));
        written.add(sizes.gate(toGates, at, gate));
      }
      read.add(step == 0 ? sizes.state(firstCell, 0) : sizes.state(cells, sizes.at(step - 1)));
      read.add(sizes.state(cells, at));
      read.add(hiddenGradient == null ? none : sizes.state(hiddenGradient, at));
      read.add(sizes.state(toHidden, 0));
      read.add(cellGradient == null ? none : sizes.state(cellGradient, at));
      read.add(sizes.state(toCell, 0));
      written.add(sizes.state(toCell, 0));
      run(backend, STEP_BACKWARD, STEP_BACKWARD64, read, written);
      if (step > 0 || needs.input(2)) {
        View rows = sizes.rows(toGates, at, 1, GATES * sizes.hidden);
        View product = sizes.rows(toHidden, 0, 1, sizes.hidden);
        backend.matmul(rows, matrix(weight), product, false);
      }
    }
    List<@Nullable Tensor> found = new ArrayList<>(4);
    found.add(toGates);
    found.add(needs.input(1) ? toWeight(context, toGates, sizes, needs.place(1)) : null);
    found.add(needs.input(2) ? toHidden : null);
    found.add(needs.input(3) ? toCell : null);
    return found;
  }

  /**
   * Memory for gradients of gates. They are read by columns for the gradients of weights, which is
   * slow where the elements of a column compete for the same places of the cache.
   */
  private static Tensor apart(Spec gates) {
    Shape shape = gates.shape();
    long width = shape.size(2);
    if (width % CONFLICT != 0) {
      return Tensor.empty(gates);
    }
    return Tensor.empty(gates.withShape(shape.with(2, width + GAP))).narrow(2, 0, width);
  }

  private static @Nullable Tensor contiguous(@Nullable Tensor gradient) {
    return gradient == null ? null : gradient.contiguous();
  }

  /** The sum over times of each gradient of gates with the hidden state before. */
  private Tensor toWeight(Context context, Tensor toGates, Sizes sizes, @Nullable Tensor place) {
    Tensor result = place == null ? Tensor.empty(context.saved(1).spec()) : place.handle();
    Tensor hidden = context.saved(4);
    Backend backend = result.backend();
    View target = matrix(result);
    int others = sizes.time - 1;
    if (others > 0) {
      View rows = sizes.rows(toGates, reverse ? 0 : 1, others, GATES * sizes.hidden);
      View before = sizes.rows(hidden, reverse ? 1 : 0, others, sizes.hidden);
      backend.matmul(transposed(rows), before, target, false);
    }
    View rows = sizes.rows(toGates, sizes.at(0), 1, GATES * sizes.hidden);
    View first = sizes.rows(context.saved(2).contiguous(), 0, 1, sizes.hidden);
    backend.matmul(transposed(rows), first, target, others > 0);
    return result;
  }

  @Override
  public List<Tensor> composed(List<Tensor> inputs) {
    List<Tensor> contributions = new ArrayList<>(inputs.get(0).unbind(0));
    if (reverse) {
      Collections.reverse(contributions);
    }
    CellWeights<Tensor> weights = new CellWeights<>(inputs.get(1), inputs.get(1), null, null, null);
    List<Tensor> states = List.of(inputs.get(2), inputs.get(3));
    List<Tensor> hidden = new ArrayList<>();
    List<Tensor> cells = new ArrayList<>();
    for (Tensor contribution : contributions) {
      states = Steps.lstm(weights, contribution, states.get(0), states.get(1));
      hidden.add(states.get(0));
      cells.add(states.get(1));
    }
    if (reverse) {
      Collections.reverse(hidden);
      Collections.reverse(cells);
    }
    return List.of(Functional.stack(hidden, 0), Functional.stack(cells, 0));
  }
}
