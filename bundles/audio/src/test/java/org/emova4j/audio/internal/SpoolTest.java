package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 5_000, 1 << 20})
  void behavesAsOneArrayWhereverItKeepsTheBytes(int memoryLimit) throws Exception {
    long before = temporaryFiles();
    byte[] expected = new byte[0];
    Random random = new Random(memoryLimit);
    try (Spool spool = new Spool(memoryLimit)) {
      for (int i = 0; i < 300; i++) {
        int at = random.nextInt(expected.length + 1);
        byte[] piece = new byte[random.nextInt(200)];
        random.nextBytes(piece);
        spool.position(at);
        ByteBuffer source = ByteBuffer.wrap(piece);
        while (source.hasRemaining()) {
          spool.write(source);
        }
        expected = Arrays.copyOf(expected, Math.max(expected.length, at + piece.length));
        System.arraycopy(piece, 0, expected, at, piece.length);
      }
      assertThat(spool.size()).isEqualTo(expected.length);
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      spool.copyTo(copy);
      assertThat(copy.toByteArray()).isEqualTo(expected);
      ByteBuffer part = ByteBuffer.allocate(50);
      spool.position(expected.length - 60);
      spool.read(part);
      assertThat(Arrays.copyOf(part.array(), part.position()))
          .isEqualTo(
              Arrays.copyOfRange(
                  expected, expected.length - 60, expected.length - 60 + part.position()));
      spool.position(expected.length);
      assertThat(spool.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(temporaryFiles()).isEqualTo(before);
  }

  private static long temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().matches("emova-.*\\.tmp")).count();
    }
  }
}
