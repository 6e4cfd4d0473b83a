package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Brings a model that was just made into the condition in which it was saved. */
final class ModelCondition {
  private final String file;
  private final ModuleRegistry registry;
  private final ModelMaker maker;
  private final JsonNode text;

  ModelCondition(String file, ModuleRegistry registry, ModelMaker maker, JsonNode text) {
    this.file = file;
    this.registry = registry;
    this.maker = maker;
    this.text = text;
  }

  void restore(Module model) {
    text.path(ModelDescriber.REPLACED)
        .properties()
        .forEach(each -> replace(model, each.getKey(), each.getValue()));
    text.path(ModelDescriber.PARAMETRIZED)
        .properties()
        .forEach(each -> parametrize(model, each.getKey(), each.getValue()));
    for (JsonNode masked : text.path(ModelDescriber.MASKED)) {
      mask(model, masked.asText());
    }
    freeze(model);
    train(model);
    String tree = text.path(ModelDescriber.TREE).asText();
    if (!model.toString().equals(tree)) {
      throw CheckpointException.because(
          file
              + ": its model is not what was saved; classes may have changed since, or parameters"
              + " are shared otherwise. Saved was\n"
              + tree
              + "\nand made was\n"
              + model);
    }
  }

  private record Place(Module module, String name) {}

  /** The module that a dotted name is in, and the last part of the name. */
  private Place at(Module model, String path) {
    int dot = path.lastIndexOf('.');
    String parent = dot < 0 ? "" : path.substring(0, dot);
    Module module = model.namedModules().get(parent);
    if (module == null) {
      throw CheckpointException.corrupt(file, "model", "there is no module '" + parent + "'");
    }
    return new Place(module, path.substring(dot + 1));
  }

  private void replace(Module model, String path, JsonNode node) {
    Place at = at(model, path);
    at.module().replace(at.name(), maker.make(node, Module.class));
  }

  private void parametrize(Module model, String path, JsonNode node) {
    Place at = at(model, path);
    String name = node.path(ModelDescriber.TYPE).asText();
    ModuleRegistry.Reparametrize make = registry.parametrization(name);
    if (make == null) {
      throw CheckpointException.because(
          file
              + ": it has a parametrization named '"
              + name
              + "', which is not registered; add it with ModuleRegistry.registerParametrization if"
              + " you trust the file");
    }
    ModuleSettings settings = new ModuleSettings(name, node.path(ModelDescriber.SETTINGS), maker);
    make.apply(at.module(), at.name(), settings);
    settings.checkAllAsked();
  }

  private void mask(Module model, String path) {
    Place at = at(model, path);
    Parameter parameter = at.module().maskable(at.name());
    try (Scope scope = Scope.open("mask")) {
      at.module().mask(at.name(), Tensor.ones(parameter.spec()));
    }
  }

  private void freeze(Module model) {
    Map<String, Parameter> parameters = model.namedParameters();
    for (JsonNode name : text.path(ModelDescriber.FROZEN)) {
      Parameter parameter = parameters.get(name.asText());
      if (parameter == null) {
        throw CheckpointException.corrupt(file, "model", "there is no parameter " + name);
      }
      parameter.requiresGrad(false);
    }
  }

  private void train(Module model) {
    boolean training = text.path(ModelDescriber.TRAINING).asBoolean();
    Set<String> otherwise = new HashSet<>();
    text.path(ModelDescriber.OTHERWISE).forEach(name -> otherwise.add(name.asText()));
    // Parents first: a mode is set for all below, and then again where it differs.
    model
        .namedModules()
        .forEach((name, module) -> module.train(training != otherwise.contains(name)));
  }
}
