package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.random.Generator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes a model of what a {@link ModelDescriber} said. What it makes before the file's tensors take
 * their places lives in an allocator that ends a little above what those tensors have in elements,
 * so that a few numbers in a text cannot ask for a machine's memory.
 */
final class ModelMaker {
  /** A text that is longer says more modules than tensors can make sense of. */
  static final int MOST_CHARACTERS = 8 << 20;

  private static final int MOST_DEPTH = 300;

  private final String file;
  private final ModuleRegistry registry;
  private final Map<Integer, Module> byId = new HashMap<>();
  private final Set<Module> made = Collections.newSetFromMap(new IdentityHashMap<>());
  private int depth;

  private ModelMaker(String file, ModuleRegistry registry) {
    this.file = file;
    this.registry = registry;
  }

  /**
   * Makes the model, in the condition that it was in, with tensors of no meaning.
   *
   * @param bounded where its tensors are made, with the most that they may take all together
   */
  static Module make(String file, String text, ModuleRegistry registry, Allocator bounded) {
    if (text.length() > MOST_CHARACTERS) {
      throw CheckpointException.corrupt(
          file, "model", "its description has " + text.length() + " characters");
    }
    ModelMaker maker = new ModelMaker(file, registry);
    Generator before = Generator.use(new Generator(0));
    boolean done = false;
    try (Allocator.Binding bound = bounded.bind();
        Scope scope = Scope.open("model")) {
      Module model = maker.whole(text);
      done = true;
      return model;
    } catch (StackOverflowError e) {
      throw CheckpointException.corrupt(file, "model", e);
    } finally {
      Generator.use(before);
      if (!done) {
        maker.made.forEach(Module::close);
      }
    }
  }

  private Module whole(String text) {
    try {
      JsonNode node = SettingsJson.MAPPER.readTree(text);
      if (node.path(ModelDescriber.FORMAT).asInt() != ModelDescriber.VERSION) {
        throw CheckpointException.because(
            file
                + ": its model is of format "
                + node.path(ModelDescriber.FORMAT)
                + ", this version reads "
                + ModelDescriber.VERSION);
      }
      Module model = make(node.path(ModelDescriber.MODEL), Module.class);
      new ModelCondition(file, registry, this, node).restore(model);
      return model;
    } catch (JsonProcessingException e) {
      throw CheckpointException.corrupt(file, "model", e);
    } catch (CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      throw CheckpointException.because(file + ": its model cannot be made: " + e.getMessage(), e);
    }
  }

  /** Makes a module, or gives the one that is shared. */
  <M extends Module> M make(JsonNode node, Class<M> type) {
    Module module =
        node.has(ModelDescriber.SHARED) ? shared(node.get(ModelDescriber.SHARED)) : fresh(node);
    if (!type.isInstance(module)) {
      throw CheckpointException.because(
          file
              + ": it has a "
              + module.getClass().getSimpleName()
              + " where a "
              + type.getSimpleName()
              + " belongs");
    }
    return type.cast(module);
  }

  private Module shared(JsonNode id) {
    Module module = byId.get(id.asInt());
    if (module == null || !id.isInt()) {
      throw CheckpointException.corrupt(file, "model", "there is no module " + id + " to share");
    }
    return module;
  }

  private Module fresh(JsonNode node) {
    String name = node.path(ModelDescriber.TYPE).asText();
    ModuleRegistry.Kind<?> kind = registry.named(name);
    if (kind == null) {
      throw CheckpointException.because(
          file
              + ": it has a module named '"
              + name
              + "', which is not registered; there are "
              + registry.names()
              + ". Add it with ModuleRegistry.register if you trust the file");
    }
    if (depth == MOST_DEPTH) {
      throw CheckpointException.corrupt(
          file, "model", "modules inside of each other " + MOST_DEPTH + " deep");
    }
    depth++;
    ModuleSettings settings = new ModuleSettings(name, node.path(ModelDescriber.SETTINGS), this);
    Module module = construct(kind, settings, name);
    depth--;
    made.add(module);
    settings.checkAllAsked();
    JsonNode id = node.path(ModelDescriber.ID);
    if (!id.isInt() || byId.put(id.asInt(), module) != null) {
      throw CheckpointException.corrupt(file, "model", "a " + name + " has the number " + id);
    }
    return module;
  }

  private Module construct(ModuleRegistry.Kind<?> kind, ModuleSettings settings, String name) {
    try {
      return kind.make().apply(settings);
    } catch (CheckpointException e) {
      throw e;
    } catch (org.apache.arrow.memory.OutOfMemoryException e) {
      throw CheckpointException.because(
          file
              + ": a "
              + name
              + " asks for more memory than all tensors of the file together explain; its settings"
              + " are not those of its tensors",
          e);
    } catch (RuntimeException e) {
      throw CheckpointException.because(
          file + ": a " + name + " cannot be made of its settings: " + e.getMessage(), e);
    }
  }

  /** The parameter that a tie names. */
  Parameter parameter(JsonNode tie) {
    Module module = byId.get(tie.path(ModelDescriber.TIED_MODULE).asInt());
    String name = tie.path(ModelDescriber.TIED_PARAMETER).asText();
    Parameter parameter = module == null ? null : module.namedParameters().get(name);
    if (parameter == null) {
      throw CheckpointException.corrupt(
          file, "model", "there is no parameter '" + name + "' to tie");
    }
    return parameter;
  }
}
