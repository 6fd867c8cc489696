package org.emova4j.models.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir private Path folder;

  private static Path resource(String name) throws Exception {
    return Path.of(CheckpointTest.class.getResource("/checkpoints/" + name).toURI());
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds.pth", "kinds-legacy.pth"})
  void readsWhatPyTorchWrote(String file) throws Exception {
    Map<String, String> tensors = Tensors.all(resource(file));

    String counted = "[4, 6]: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23";
    assertThat(tensors.get("f32")).isEqualTo(counted.replaceAll("( [0-9]+)(?= |$)", "$1.0"));
    for (String integer : new String[] {"i64", "i32", "i16", "i8", "u8"}) {
      assertThat(tensors.get(integer)).as(integer).isEqualTo(counted);
    }
    assertThat(tensors.get("bool")).startsWith("[4, 6]: 0 0 0 0 1 1");
    assertThat(tensors.get("bf16")).startsWith("[4, 6]: 0.0 0.125 0.25 0.375");
    assertThat(tensors.get("f16")).startsWith("[4, 6]: 0 12288 13312"); // 0, 1/8, 1/4
    assertThat(tensors.get("f64")).startsWith("[4, 6]: 0.0 0.3333333333333333 0.6666666666666666");
    assertThat(tensors.get("scalar")).isEqualTo("[]: 2.5");
    assertThat(tensors.get("empty")).isEqualTo("[0, 3]:");
    assertThat(tensors.get("parameter")).startsWith("[4, 6]: 1.0 2.0 3.0");
    assertThat(tensors.get("nested.list.0")).isEqualTo("[1]: 1.0");
    assertThat(tensors.get("nested.list.1.0")).isEqualTo("[1]: 2.0");
    assertThat(tensors.get("nested.5")).isEqualTo("[1]: 3.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds.pth", "kinds-legacy.pth"})
  void readsViewsInTheOrderOfTheirElements(String file) throws Exception {
    Map<String, String> tensors = Tensors.all(resource(file));

    assertThat(tensors.get("transposed")).startsWith("[6, 4]: 0.0 6.0 12.0 18.0 1.0 7.0");
    assertThat(tensors.get("slice")).isEqualTo("[2, 3]: 8.0 9.0 10.0 14.0 15.0 16.0");
    assertThat(tensors.get("stepped")).isEqualTo("[2, 2]: 0.0 3.0 12.0 15.0");
    assertThat(tensors.get("expanded")).isEqualTo("[2, 3]: 1.0 1.0 1.0 2.0 2.0 2.0");
  }

  @Test
  void aFlippedBitIsRefusedOrChangesNothingWhereTheFileHasChecksums() throws Exception {
    byte[] good = Files.readAllBytes(resource("kinds.pth"));
    Map<String, String> expected = Tensors.all(resource("kinds.pth"));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < good.length; i += 5) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("bad.pth"), bad);
      try {
        assertThat(Tensors.all(file)).as("byte %d", i).isEqualTo(expected);
      } catch (ModelUnavailableException e) {
        assertThat(e.getMessage()).startsWith(file + ": ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(good.length / 20);
  }

  @Test
  void aFlippedBitNeverDoesMoreThanChangeTensors() throws Exception {
    byte[] good = Files.readAllBytes(resource("kinds-legacy.pth"));
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < good.length; i += 5) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("bad.pth"), bad);
      try {
        Tensors.all(file);
      } catch (ModelUnavailableException e) {
        assertThat(e.getMessage()).startsWith(file + ": ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(good.length / 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds.pth", "kinds-legacy.pth"})
  void aFileThatIsCutShortIsRefused(String name) throws Exception {
    byte[] good = Files.readAllBytes(resource(name));
    for (int length = 0; length < good.length; length += 97) {
      Path file = Files.write(folder.resolve("cut.pth"), java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> Tensors.all(file))
          .as("%d bytes", length)
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageStartingWith(file + ": ");
    }
  }

  @Test
  void readsSafetensors() throws Exception {
    Path file =
        safetensors(
            "{\"__metadata__\":{\"a\":\"b\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            8);
    assertThat(Tensors.all(file)).containsExactly(Map.entry("x", "[2]: 1.0 2.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
        "{\"x\":3}",
        "{\"x\":",
        "[1]",
      })
  void refusesSafetensorsThatDontFit(String header) throws Exception {
    Path file = safetensors(header, 8);
    assertThatThrownBy(() -> Tensors.all(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageStartingWith(file + ": ");
  }

  private Path safetensors(String header, int data) throws Exception {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json).putFloat(1).putFloat(2);
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  @Test
  void readsNumpyInEitherOrder() throws Exception {
    float[] values = {1, 2, 3, 4, 5, 6};
    assertThat(Tensors.all(numpy("<f4", "False", "(2, 3)", values)))
        .containsExactly(Map.entry("", "[2, 3]: 1.0 2.0 3.0 4.0 5.0 6.0"));
    assertThat(Tensors.all(numpy("<f4", "True", "(2, 3)", values)))
        .containsExactly(Map.entry("", "[2, 3]: 1.0 3.0 5.0 2.0 4.0 6.0"));
    assertThat(Tensors.all(numpy("<f4", "True", "(6,)", values)))
        .containsExactly(Map.entry("", "[6]: 1.0 2.0 3.0 4.0 5.0 6.0"));
  }

  @Test
  void refusesNumpyThatDoesntFit() throws Exception {
    float[] values = {1, 2};
    for (Path file :
        new Path[] {
          numpy("|O", "False", "(2,)", values),
          numpy(">f4", "False", "(2,)", values),
          numpy("<f4", "False", "(3,)", values),
          numpy("<f4", "True", "(3, 999999999999999999)", values),
          numpy("<f4", "False", "(99999999999999999999,)", values),
          numpy("<f4", "Maybe", "(2,)", values),
        }) {
      assertThatThrownBy(() -> Tensors.all(file))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageStartingWith(file + ": ");
    }
  }

  private int files;

  private Path numpy(String type, String fortran, String shape, float... values) throws Exception {
    byte[] header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n"
            .formatted(type, fortran, shape)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length).put(header);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return Files.write(folder.resolve(files++ + ".npy"), bytes.array());
  }

  @Test
  void saysWhatAFileIsInstead() throws Exception {
    Path pointer =
        Files.writeString(
            folder.resolve("a.npy"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1152\n");
    assertThatThrownBy(() -> Checkpoint.open(pointer)).hasMessageContaining("Git-LFS pointer");
    Path text = Files.writeString(folder.resolve("b.pth"), "hello");
    assertThatThrownBy(() -> Checkpoint.open(text)).hasMessageContaining("none of PyTorch's");
    Path empty = Files.writeString(folder.resolve("c.pth"), "");
    assertThatThrownBy(() -> Checkpoint.open(empty)).isInstanceOf(ModelUnavailableException.class);
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("d.pth")))
        .hasMessageContaining("is missing");
  }
}
