package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir private Path folder;

  @Test
  void readsAGoldenFile() throws Exception {
    // {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} and the floats 1 and -2.5
    byte[] golden =
        HexFormat.of()
            .parseHex(
                "3600000000000000"
                    + "7b2261223a7b226474797065223a22463332222c227368617065223a5b325d2c"
                    + "22646174615f6f666673657473223a5b302c385d7d7d"
                    + "0000803f000020c0");
    try (Safetensors file = open(golden)) {
      assertThat(file.names()).containsExactly("a");
      assertThat(file.shape("a")).containsExactly(2);
      assertThat(file.read("a")).containsExactly(1f, -2.5f);
    }
  }

  @Test
  void readsEveryTypeThatNetworksUse() throws Exception {
    byte[] bytes =
        new SafetensorsBytes()
            .floats("f32", new long[] {2, 2}, 1, 2, 3, 4)
            .shorts("f16", "F16", new long[] {2}, 0x3c00, 0xc000)
            .shorts("bf16", "BF16", new long[] {2}, 0x3f80, 0xc000)
            .tensor("i32", "I32", new long[] {1}, new byte[] {-1, -1, -1, -1})
            .tensor("i64", "I64", new long[] {1}, new byte[] {5, 1, 0, 0, 0, 0, 0, 0})
            .tensor("flag", "BOOL", new long[] {1}, new byte[] {1})
            .floats("scalar", new long[0], 7)
            .floats("empty", new long[] {3, 0})
            .bytes();
    try (Safetensors file = open(bytes)) {
      assertThat(file.read("f32")).containsExactly(1, 2, 3, 4);
      assertThat(file.read("f16")).containsExactly(1, -2);
      assertThat(file.read("bf16")).containsExactly(1, -2);
      assertThat(file.readLongs("i32")).containsExactly(-1);
      assertThat(file.readLongs("i64")).containsExactly(261);
      assertThat(file.read("scalar")).containsExactly(7);
      assertThat(file.shape("scalar")).isEmpty();
      assertThat(file.read("empty")).isEmpty();
      assertThat(file.shape("empty")).containsExactly(3, 0);
      assertThatThrownBy(() -> file.read("flag"))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContainingAll("m.safetensors", "flag", "BOOL");
      assertThatThrownBy(() -> file.read("i64")).isInstanceOf(ModelUnavailableException.class);
      assertThatThrownBy(() -> file.readLongs("f32")).isInstanceOf(ModelUnavailableException.class);
      assertThatThrownBy(() -> file.read("none"))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContainingAll("m.safetensors", "none");
    }
  }

  @Test
  void widensEveryHalfExactly() {
    for (int bits = 0; bits < 0x10000; bits++) {
      int exponent = bits >> 10 & 31;
      double mantissa = (bits & 1023) / 1024.0;
      double magnitude;
      if (exponent == 31) {
        magnitude = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      } else if (exponent == 0) {
        magnitude = mantissa * Math.pow(2, -14);
      } else {
        magnitude = (1 + mantissa) * Math.pow(2, exponent - 15);
      }
      float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
      float actual = DType.halfToFloat((short) bits);
      if (Float.compare(actual, expected) != 0) {
        fail("half %04x became %s, expected %s", bits, actual, expected);
      }
    }
  }

  @Test
  void widensEveryBfloat16ToTheFloatOfTheSameUpperBits() throws Exception {
    int[] all = new int[0x10000];
    Arrays.setAll(all, i -> i);
    byte[] bytes = new SafetensorsBytes().shorts("b", "BF16", new long[] {0x10000}, all).bytes();
    try (Safetensors file = open(bytes)) {
      float[] values = file.read("b");
      for (int i = 0; i < all.length; i++) {
        float expected = Float.intBitsToFloat(i << 16);
        if (Float.compare(values[i], expected) != 0) {
          fail("bfloat16 %04x became %s, expected %s", i, values[i], expected);
        }
      }
    }
  }

  @Test
  void readsATensorThatIsLongerThanItsBuffer() throws Exception {
    float[] values = new float[200_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    byte[] bytes =
        new SafetensorsBytes()
            .floats("before", new long[] {1}, 9)
            .floats("long", new long[] {values.length}, values)
            .bytes();
    try (Safetensors file = open(bytes)) {
      assertThat(file.read("long")).containsExactly(values);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|needs 8 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|lies at 4",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|only 8 bytes",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|the tensors end at 4",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|lies at 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|lies at 0",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|occurs twice",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}}|unknown dtype Q4",
        "{'a':{'dtype':7,'shape':[2],'data_offsets':[0,8]}}|dtype is not a string",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|not a count",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|not a count",
        "{'a':{'dtype':'F32','shape':[2e0],'data_offsets':[0,8]}}|not a count",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}|not a count",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}|more than 2",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|lacks",
        "{'a':{'dtype':'F32','shape':[2]}}|lacks",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}}|unknown field x",
        "{'a':{'dtype':'F32','shape':[999999999999999999,999999999999999999],"
            + "'data_offsets':[0,8]}}|2^63",
        "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"
            + "'data_offsets':[0,8]}}|more than 16",
        "{'a':[]}|not the JSON",
        "{'a':null}|not the JSON",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}}|not the JSON",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}|not the JSON",
        "[]|does not start",
        "{}|the tensors end at 0",
      })
  void refusesAHeaderThatDoesNotFit(String header, String reason) {
    byte[] bytes = SafetensorsBytes.file(header.replace('\'', '"'), new byte[8]);
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContainingAll("m.safetensors", reason);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "1000000", "-1", "9223372036854775807", "-9223372036854775808"})
  void refusesAHeaderLengthOutsideTheFile(long length) {
    byte[] bytes = new SafetensorsBytes().floats("a", new long[] {1}, 1).bytes();
    ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("the header's length is " + Long.toUnsignedString(length));
  }

  @Test
  void refusesWhatIsNoFileOrTooShort() {
    assertThatThrownBy(() -> Safetensors.open(folder.resolve("none.safetensors")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("none.safetensors");
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(ModelUnavailableException.class);
    assertThatThrownBy(() -> open(new byte[7])).isInstanceOf(ModelUnavailableException.class);
    assertThatThrownBy(() -> open(SafetensorsBytes.file("{\u0000")))
        .isInstanceOf(ModelUnavailableException.class);
    byte[] latin = SafetensorsBytes.file("{\"aa\":1}");
    latin[10] = (byte) 0xe4;
    assertThatThrownBy(() -> open(latin)).hasMessageContaining("UTF-8");
  }

  @Test
  void reportsAFileThatIsCutWhileItIsOpen() throws Exception {
    byte[] bytes = new SafetensorsBytes().floats("a", new long[] {1000}, new float[1000]).bytes();
    try (Safetensors file = open(bytes)) {
      try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.WRITE)) {
        channel.truncate(bytes.length - 100);
      }
      assertThatThrownBy(() -> file.read("a"))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("was longer");
    }
  }

  @Test
  void everyDamagedHeaderIsRefusedOrHarmlessAndTakesLittleMemory() throws Exception {
    byte[] valid =
        new SafetensorsBytes()
            .floats("encoder.weight", new long[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .shorts("encoder.bias", "F16", new long[] {3}, 1, 2, 3)
            .tensor("steps", "I64", new long[] {1}, new byte[8])
            .bytes();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(20260101);
    Path file = folder.resolve("m.safetensors");
    int refused = 0;
    long mostAllocated = 0;
    for (int i = 0; i < 6_000; i++) {
      Files.write(file, mutate(valid, random));
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        openAndReadAll(file);
      } catch (ModelUnavailableException e) {
        refused++;
        if (!e.getMessage().contains("m.safetensors")) {
          fail("the message does not name the file: %s", e.getMessage());
        }
      }
      if (i > 500) { // until then, loading classes allocates too
        mostAllocated = Math.max(mostAllocated, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    assertThat(refused).isGreaterThan(5_000);
    assertThat(mostAllocated).isLessThan(1 << 19);
  }

  /** A mutation may only rename a tensor; then every tensor must be readable, or refused. */
  private static void openAndReadAll(Path file) throws ModelUnavailableException {
    try (Safetensors opened = Safetensors.open(file)) {
      for (String name : opened.names()) {
        try {
          opened.read(name);
        } catch (ModelUnavailableException notFloats) {
          opened.readLongs(name);
        }
      }
    }
  }

  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "-1",
    "1e9",
    "18446744073709551616",
    "null",
    "true",
    "999999999999999999",
    "0",
    "\\u0000",
    "\"dtype\":",
    "\"F32\"",
    "[[[[[[[[[[[[",
    "\"BF16\""
  };

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    int headerEnd =
        8 + (int) ByteBuffer.wrap(valid).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    switch (random.nextInt(5)) {
      case 0 -> { // wild bytes
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          bytes[random.nextInt(headerEnd)] = (byte) random.nextInt();
        }
      }
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length)); // cut
      case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64)); // grown
      case 3 -> { // a digit becomes another
        int at = 8 + random.nextInt(headerEnd - 8);
        while (!Character.isDigit(bytes[at])) {
          at = at + 1 < headerEnd ? at + 1 : 8;
        }
        bytes[at] = (byte) ('0' + (bytes[at] - '0' + 1 + random.nextInt(9)) % 10);
      }
      default -> { // a JSON token appears somewhere, and the length is right
        String json = new String(valid, 8, headerEnd - 8, StandardCharsets.UTF_8);
        int at = random.nextInt(json.length());
        String token = TOKENS[random.nextInt(TOKENS.length)];
        String changed = json.substring(0, at) + token + json.substring(at);
        bytes = SafetensorsBytes.file(changed, Arrays.copyOfRange(valid, headerEnd, valid.length));
      }
    }
    return bytes;
  }

  private Safetensors open(byte[] bytes) throws IOException, ModelUnavailableException {
    Path file = folder.resolve("m.safetensors");
    Files.write(file, bytes);
    return Safetensors.open(file);
  }
}
