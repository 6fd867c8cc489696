package example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertTest {
  @TempDir Path folder;

  @Test
  void convertsARecording() throws Exception {
    System.setProperty("emova.cache", "target/cache"); // not into the home folder of whoever builds
    Path happy = folder.resolve("happy.mp3");
    Path again = folder.resolve("again.wav");

    Convert.main(new String[] {"../../samples/question.flac", happy.toString(), again.toString()});

    assertTrue(Files.size(happy) > 10_000);
    assertTrue(Files.size(again) > 100_000);
  }
}
