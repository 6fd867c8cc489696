package example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFrameworkTest {
  @TempDir Path folder;

  @Test
  void convertsARecording() throws Exception {
    Path sad = folder.resolve("sad.flac");

    OwnFramework.main(new String[] {"../../samples/question.flac", sad.toString()});

    assertTrue(Files.size(sad) > 20_000);
  }
}
