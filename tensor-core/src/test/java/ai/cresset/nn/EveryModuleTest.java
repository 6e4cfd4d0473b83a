package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.nn.layer.Linear;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every module that the packages below this one have. */
@ExtendWith(LeakCheck.class)
class EveryModuleTest {
  private static final String PACKAGE = "ai.cresset.nn";

  /** Public classes below this package that are modules and can be made. */
  private static Set<Class<?>> modules() throws IOException, URISyntaxException {
    Path root = Path.of(Module.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<Class<?>> found = new LinkedHashSet<>();
    try (Stream<Path> files = Files.walk(root.resolve(PACKAGE.replace('.', '/')))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> type = type(name.substring(0, name.length() - ".class".length()));
        boolean made =
            Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers());
        if (made && Module.class.isAssignableFrom(type)) {
          found.add(type);
        }
      }
    }
    return found;
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, Module.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyModuleHasASample() throws IOException, URISyntaxException {
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : modules()) {
      if (!ModuleSamples.ALL.containsKey(type)) {
        missing.add(type.getSimpleName());
      }
    }
    assertEquals(Set.of(), missing, "add these to ModuleSamples");
    assertTrue(ModuleSamples.ALL.size() > 100);
  }

  @Test
  void gradientsReachEveryParameter() {
    ModuleSamples.ALL.forEach(
        (type, make) -> {
          ModuleSamples.Sample sample = make.get();
          try (Module module = sample.module();
              Scope scope = Scope.open(type.getSimpleName())) {
            List<Tensor> outputs = sample.call().get();
            assertFalse(outputs.isEmpty());
            if (!module.parameters().isEmpty()) {
              List<Tensor> cotangents = outputs.stream().map(Creation::randnLike).toList();
              Autograd.backward(outputs, cotangents, false, false);
            }
            module
                .namedParameters()
                .forEach(
                    (name, parameter) -> {
                      String what = type.getSimpleName() + "." + name;
                      Tensor gradient = parameter.grad();
                      assertNotNull(gradient, what);
                      assertTrue(gradient.abs().sum().item() > 0, what + " has a gradient of 0");
                    });
          }
        });
  }

  @Test
  void aStateMovesToAnotherModuleOfTheKind() {
    ModuleSamples.ALL.forEach(
        (type, make) -> {
          ModuleSamples.Sample first = make.get();
          ModuleSamples.Sample second = make.get();
          try (Module from = first.module();
              Module to = second.module();
              Scope scope = Scope.open(type.getSimpleName())) {
            assertFalse(first.call().get().isEmpty());
            try (StateDict state = from.stateDict()) {
              to.loadStateDict(state);
            }
            try (StateDict expected = from.stateDict();
                StateDict got = to.stateDict()) {
              assertEquals(
                  List.copyOf(expected.tensors().keySet()), List.copyOf(got.tensors().keySet()));
              expected
                  .tensors()
                  .forEach(
                      (name, tensor) ->
                          assertArrayEquals(
                              tensor.toDoubleArray(),
                              got.get(name).toDoubleArray(),
                              type.getSimpleName() + "." + name));
            }
            assertEquals(outputs(first), outputs(second), type.getSimpleName());
          }
        });
  }

  /** Outputs in evaluation, of the same random inputs. */
  private static String outputs(ModuleSamples.Sample sample) {
    sample.module().eval();
    Generator.use(new Generator(5));
    StringBuilder text = new StringBuilder();
    for (Tensor output : sample.call().get()) {
      text.append(Arrays.toString(output.toDoubleArray()));
    }
    return text.toString();
  }

  @Test
  void frozenModulesComputeNoGradients() {
    try (Linear linear = new Linear(3, 2);
        Scope scope = Scope.open("frozen")) {
      linear.freeze();
      assertFalse(linear.call(Tensor.randn(4, 3)).requiresGrad());
    }
  }
}
