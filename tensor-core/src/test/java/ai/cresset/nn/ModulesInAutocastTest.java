package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.amp.Autocast;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every module in mixed precision. */
@ExtendWith(LeakCheck.class)
class ModulesInAutocastTest {
  @Test
  void everyModuleRunsInItAndGradientsAreFloat32() {
    List<String> wrong = new ArrayList<>();
    ModuleSamples.ALL.forEach(
        (type, make) -> {
          ModuleSamples.Sample sample = make.get();
          try (Module module = sample.module();
              Scope scope = Scope.open(type.getSimpleName())) {
            List<Tensor> outputs;
            try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
              outputs = sample.call().get();
            }
            if (!module.parameters().isEmpty()) {
              List<Tensor> gradients =
                  outputs.stream().map(each -> Tensor.ones(each.spec())).toList();
              Autograd.backward(outputs, gradients, false, false);
            }
            module
                .namedParameters()
                .forEach(
                    (name, parameter) -> {
                      Tensor gradient = parameter.grad();
                      if (gradient == null || gradient.dtype() != parameter.dtype()) {
                        wrong.add(type.getSimpleName() + "." + name + ": " + gradient);
                      }
                    });
          } catch (RuntimeException e) {
            wrong.add(type.getSimpleName() + ": " + e);
          }
        });
    assertEquals(List.of(), wrong);
  }
}
