package ai.cresset.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class GeneratorTest {
  @Test
  void keysDoNotOverlap() {
    Generator generator = new Generator(7);
    assertEquals(new Generator.Key(7, 0), generator.reserve(5));
    assertEquals(new Generator.Key(7, 2), generator.reserve(4));
    assertEquals(new Generator.Key(7, 3), generator.reserve(0));
    assertEquals(new Generator.Key(7, 3), generator.state());
  }

  @Test
  void aStateCanBeTakenUpAgain() {
    Generator generator = new Generator(7);
    generator.reserve(100);
    Generator.Key state = generator.state();
    Generator.Key next = generator.reserve(8);
    generator.seed(8);
    assertEquals(new Generator.Key(8, 0), generator.state());
    generator.state(state);
    assertEquals(next, generator.reserve(8));
  }

  @Test
  void eachThreadHasItsOwn() {
    Generator mine = new Generator(1);
    Generator before = Generator.use(mine);
    assertSame(mine, Generator.current());
    assertSame(mine, Generator.use(before));
    assertSame(before, Generator.current());
  }
}
