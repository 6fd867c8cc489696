package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  @TempDir private Path folder;

  @Test
  void findsTheNativeLibraryByFolderOrByItsOwnName() throws Exception {
    Path library = Files.createFile(folder.resolve(System.mapLibraryName("tokenizers")));
    assertThat(TokenizerLibrary.find(List.of(folder.resolve("none"), folder))).isEqualTo(library);
    assertThat(TokenizerLibrary.find(List.of(library))).isEqualTo(library);
  }

  @Test
  void saysWhichLibraryIsMissingWhere() {
    assertThatThrownBy(() -> TokenizerLibrary.find(List.of(folder)))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContainingAll(
            System.mapLibraryName("tokenizers"), "is missing", folder.toString());
  }

  @Test
  void refusesFilesThatAreTooLarge() throws Exception {
    Path file = folder.resolve("tokenizer.json");
    try (var channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(TextTokenizer.MAX_FILE_BYTES);
      channel.write(ByteBuffer.allocate(1));
    }
    assertThatThrownBy(() -> TextTokenizer.open(file, Duration.ZERO))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("67108865 bytes, the limit is 67108864");
  }
}
