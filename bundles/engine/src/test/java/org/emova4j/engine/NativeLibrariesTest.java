package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  @TempDir private Path root;
  private Path folder;

  @BeforeEach
  void fillFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("torch/lib"));
    for (String name :
        new String[] {
          "libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp-98b21ff3.so.1", "libdjl_torch.so"
        }) {
      Files.createFile(folder.resolve(name));
    }
  }

  @Test
  void acceptsACompleteFolder() {
    NativeLibraries found = NativeLibraries.find("Linux", "amd64", folder.toString());
    assertThat(found.problem()).isEmpty();
    assertThat(found.folder()).contains(folder);
    assertThat(found.platform()).isEqualTo("linux-x86_64");
  }

  @Test
  void takesTheFirstFolderThatHoldsLibtorch() {
    String path = root + File.pathSeparator + folder;
    assertThat(NativeLibraries.find("Linux", "amd64", path).folder()).contains(folder);
  }

  @Test
  void namesAMissingFile() throws IOException {
    Files.delete(folder.resolve("libdjl_torch.so"));
    assertThat(problem("Linux", "amd64", folder.toString()))
        .isEqualTo(
            "libdjl_torch.so is missing in %s (libtorch 2.7.1 for linux-x86_64)".formatted(folder));
  }

  @Test
  void wantsOpenMpUnlessCudaBringsIt() throws IOException {
    Files.delete(folder.resolve("libgomp-98b21ff3.so.1"));
    assertThat(problem("Linux", "amd64", folder.toString())).contains("libgomp is missing");
    Files.createFile(folder.resolve("libc10_cuda.so"));
    assertThat(NativeLibraries.find("Linux", "amd64", folder.toString()).problem()).isEmpty();
  }

  @Test
  void namesAMissingFolderAndAMissingSetting() {
    assertThat(problem("Linux", "amd64", root.resolve("none").toString()))
        .contains("none", "does not exist", "PYTORCH_LIBRARY_PATH");
    assertThat(problem("Linux", "amd64", "")).contains("PYTORCH_LIBRARY_PATH is not set", "2.7.1");
  }

  @Test
  void namesAForeignPlatform() {
    assertThat(problem("SunOS", "sparcv9", folder.toString()))
        .isEqualTo(
            "there is no libtorch for sunos-sparcv9,"
                + " only for linux-aarch64, linux-x86_64, osx-aarch64, win-x86_64");
  }

  @Test
  void refusesTheLibrariesOfAnotherPlatform() {
    assertThat(problem("Mac OS X", "aarch64", folder.toString()))
        .contains("libc10.dylib is missing", "osx-aarch64");
  }

  @Test
  void refusesAnotherVersionThatTellsItself() throws IOException {
    Files.writeString(root.resolve("torch/build-version"), "2.5.1+cpu\n");
    assertThat(problem("Linux", "amd64", folder.toString()))
        .contains("libtorch 2.5.1+cpu", "needs 2.7.1");
  }

  private static String problem(String os, String arch, String path) {
    return NativeLibraries.find(os, arch, path).problem().orElseThrow();
  }
}
