package ai.cresset.parallel.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the parameters of a model are cut along the axis {@code tensor}. */
final class ParameterCut {
  private final Map<String, Parameter> parameters;
  private final Map<Parameter, String> names = new IdentityHashMap<>();
  private final Map<String, ShardSpec> specs = new LinkedHashMap<>();
  private final DeviceMesh mesh;
  private final ProcessGroup group;

  ParameterCut(Module model, DeviceMesh mesh) {
    this.parameters = model.namedParameters();
    this.mesh = mesh;
    this.group = mesh.group(MeshAxis.TENSOR);
    parameters.forEach(
        (name, parameter) -> {
          names.put(parameter, name);
          specs.put(name, ShardSpec.replicated(parameter.shape()));
        });
  }

  /** By name, in the model's order. */
  Map<String, ShardSpec> specs() {
    return Collections.unmodifiableMap(specs);
  }

  int ranks() {
    return group.size();
  }

  /** The rows of a parameter of all ranks together. */
  long globalRows(Parameter parameter) {
    return specs
        .getOrDefault(name(parameter), ShardSpec.replicated(parameter.shape()))
        .global()
        .size(0);
  }

  /** Cut into parts of equal size along a dimension that consists of sections. */
  void even(Parameter parameter, int dim, int sections) {
    String name = name(parameter);
    long size = parameter.size(dim);
    if (size % ((long) sections * ranks()) != 0) {
      throw ConfigException.because(
          "tensor parallelism: dim "
              + dim
              + " of '"
              + name
              + "' "
              + parameter.shape()
              + (sections > 1 ? ", " + sections + " sections," : "")
              + " cannot be divided evenly by parallel.tensor = "
              + ranks()
              + "; change the model's sizes or the number of ranks");
    }
    put(
        parameter,
        sections > 1
            ? ShardSpec.sections(parameter.shape(), sections, MeshAxis.TENSOR)
            : ShardSpec.split(parameter.shape(), dim, MeshAxis.TENSOR));
  }

  /** Cut by rows, at least one for each rank. */
  void rows(Parameter parameter) {
    if (parameter.size(0) < ranks()) {
      throw ConfigException.because(
          "tensor parallelism: '"
              + name(parameter)
              + "' has "
              + parameter.size(0)
              + " rows, fewer than parallel.tensor = "
              + ranks());
    }
    put(parameter, ShardSpec.rows(parameter.shape(), MeshAxis.TENSOR));
  }

  private void put(Parameter parameter, ShardSpec spec) {
    String name = name(parameter);
    ShardSpec before = specs.put(name, spec);
    if (before != null && !before.axes().isEmpty() && !before.equals(spec)) {
      throw ConfigException.because(
          "tensor plan: '"
              + name
              + "' belongs to two modules whose styles cut it differently; give them styles that"
              + " agree, such as Vocabulary and Scores");
    }
  }

  private String name(Parameter parameter) {
    String name = names.get(parameter);
    if (name == null) {
      throw ConfigException.because(
          "tensor plan: a parameter of shape "
              + parameter.shape()
              + " is masked or computed from others and cannot be cut; divide the model before it"
              + " is parametrized");
    }
    return name;
  }

  /**
   * Gives each parameter the first rank's elements, and keeps this rank's part of them. Parameters
   * that wait for their elements will get this rank's part only.
   */
  void run(@Nullable DeferredInit deferred) {
    parameters.forEach(
        (name, parameter) -> {
          ShardSpec cut = specs.getOrDefault(name, ShardSpec.replicated(parameter.shape()));
          if (deferred != null && deferred.isWaiting(parameter)) {
            if (!cut.axes().isEmpty()) {
              Shape local = cut.local(mesh.dims(), mesh.rank());
              deferred.cut(parameter, whole -> part(whole, cut), local);
            }
            return;
          }
          try (GradMode.Restore off = GradMode.disable();
              Scope scope = Scope.open("cut " + name)) {
            Tensor whole = parameter.detach();
            if (!whole.isContiguous()) {
              whole = whole.detachedClone();
              parameter.replace(whole);
            }
            InitialState.broadcast(whole, group);
            if (!cut.axes().isEmpty()) {
              parameter.replace(part(whole, cut));
            }
          }
        });
  }

  private Tensor part(Tensor whole, ShardSpec spec) {
    List<Box> pieces = spec.boxes(mesh.dims(), mesh.rank());
    List<Tensor> views = pieces.stream().map(piece -> piece.of(whole)).toList();
    return views.size() == 1 ? views.get(0).detachedClone() : Functional.cat(views, 0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("tensor parallel over " + mesh.dims());
    specs.forEach(
        (name, spec) -> {
          text.append("\n  ").append(name).append(' ').append(spec.global());
          if (!spec.axes().isEmpty()) {
            text.append(", ").append(spec.local(mesh.dims(), mesh.rank())).append(" here");
          }
        });
    return text.toString();
  }
}
