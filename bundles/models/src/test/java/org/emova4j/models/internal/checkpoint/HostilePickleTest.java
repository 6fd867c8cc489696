package org.emova4j.models.internal.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostilePickleTest {
  @TempDir private Path folder;

  private static final byte[] EIGHT = new byte[8];

  private void refuses(PickleBytes pickle, String reason) {
    Path file = TorchZip.write(folder.resolve("x.pth"), pickle.end(), Map.of("0", EIGHT));
    assertThatThrownBy(() -> Tensors.all(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason);
  }

  private static PickleBytes pickle() {
    return new PickleBytes();
  }

  @Test
  void whatWouldRunCodeIsRefusedByName() {
    refuses(
        pickle().global("os", "system").op('(').text("touch /tmp/owned").op('t', 'R'), "os.system");
    refuses(pickle().global("posix", "system"), "posix.system");
    refuses(pickle().global("builtins", "eval"), "builtins.eval");
    refuses(pickle().text("builtins").text("exec").op(0x93), "builtins.exec");
    refuses(pickle().global("torch.storage", "_load_from_bytes"), "torch.storage._load_from_bytes");
    refuses(pickle().global("numpy.core.multiarray", "_reconstruct"), "numpy.core.multiarray");
    refuses(pickle().op('(').text("x").op('i'), "INST");
    refuses(pickle().op('(', 'o'), "OBJ");
    refuses(pickle().op('}', ')', 0x81), "NEWOBJ");
    refuses(pickle().op(0x82, 1), "EXT");
  }

  @Test
  void aNameInAMessageIsShortAndPrintable() {
    String name = "x\u001b[2J" + "y".repeat(200);
    Path file = TorchZip.write(folder.resolve("x.pth"), pickle().global("m", name).end(), Map.of());
    assertThatThrownBy(() -> Tensors.all(file))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b").contains("..."));
  }

  @Test
  void callsOfKnownFunctionsMustFit() {
    refuses(pickle().global("collections", "OrderedDict").text("a").op(0x85, 'R'), "OrderedDict");
    refuses(pickle().global("collections", "OrderedDict").text("a").op('R'), "tuple of arguments");
    refuses(pickle().text("a").op(')', 'R'), "no function");
    refuses(
        pickle().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'), "_rebuild_tensor_v2");
    refuses(
        pickle().global("torch._utils", "_rebuild_parameter").text("x").op('N', 'N', 0x87, 'R'),
        "_rebuild_parameter");
    refuses(pickle().text("x").op('Q'), "no storage");
    refuses(pickle().global("torch", "QInt8Storage"), "unknown type torch.QInt8Storage");
  }

  @Test
  void tensorsStayInsideTheirStorage() {
    long[] two = {2};
    long[] one = {1};
    refuses(pickle().tensor("FloatStorage", "0", 2, 1, two, one), "not inside its storage");
    refuses(pickle().tensor("FloatStorage", "0", 2, -1, two, one), "not inside its storage");
    refuses(pickle().tensor("FloatStorage", "0", 2, 0, two, new long[] {2}), "not inside");
    refuses(pickle().tensor("FloatStorage", "0", 2, 0, new long[] {-2}, one), "sizes [-2]");
    refuses(pickle().tensor("FloatStorage", "0", 2, 0, two, new long[] {-1}), "strides [-1]");
    refuses(pickle().tensor("FloatStorage", "0", 2, 0, two, new long[] {1, 1}), "2 strides");
    refuses(pickle().tensor("FloatStorage", "0", 3, 0, two, one), "has 8 bytes");
    refuses(pickle().tensor("FloatStorage", "0", -3, 0, two, one), "-3 elements");
    refuses(pickle().tensor("FloatStorage", "7", 2, 0, two, one), "no entry archive/data/7");
    long huge = 1L << 62;
    refuses(
        pickle().tensor("FloatStorage", "0", 2, 0, new long[] {huge, huge}, new long[] {0, 0}),
        "more than 2^63 bytes");
    refuses(
        pickle().tensor("FloatStorage", "0", 2, 0, new long[] {huge}, new long[] {huge}), "2^63");
  }

  @Test
  void hugeCountsAreRefusedBeforeAnythingIsAllocated() {
    refuses(pickle().op('X').int4(0xffff_ffffL), "a string of 4294967295 bytes");
    refuses(pickle().op('X').int4(4_000_000), "cut short");
    refuses(pickle().op(0x8d).int4(-1).int4(-1), "a string of 18446744073709551615 bytes");
    refuses(pickle().op(0x8b).int4(-1), "a number of -1 bytes");
    refuses(pickle().op(0x8b).int4(1 << 20), "a number of 1048576 bytes");
    refuses(pickle().op('B').int4(0x7fff_ffffL), "a string of 2147483647 bytes");
  }

  @Test
  void tooManyStepsAreRefused() {
    PickleBytes endless = pickle();
    for (int i = 0; i < Pickle.MAX_OPERATIONS; i++) {
      endless.op('N');
    }
    refuses(endless, "more than 2000000 steps");
  }

  @Test
  void aDamagedStackOrMemoIsRefused() {
    refuses(pickle(), "a value that is not there");
    refuses(pickle().op('0'), "a value that is not there");
    refuses(pickle().op('t'), "missing mark");
    refuses(pickle().op('N', '(', 0x85), "a value that is not there");
    refuses(pickle().op('h', 3), "recalls value 3");
    refuses(pickle().op('j').int4(-1), "recalls value 4294967295");
    refuses(pickle().op('N', 'N', 'a'), "no list");
    refuses(pickle().op('N', 'N', 'N', 's'), "no dictionary");
    refuses(pickle().op('}', '(', 'N', 'u'), "no dictionary");
    refuses(pickle().op('N', 'N', 'b'), "no dictionary");
    refuses(pickle().op('}', ']', 'N', 's'), "no string or number");
  }

  @Test
  void whatContainsItselfEnds() throws Exception {
    byte[] itself = pickle().op(']', 'q', 0, 'h', 0, 'a').end();
    assertThat(Tensors.all(TorchZip.write(folder.resolve("x.pth"), itself, Map.of()))).isEmpty();

    // Each list holds the one before it twice: 2^200 paths, but only 200 lists.
    PickleBytes doubling = pickle().op(']', 'q', 0);
    for (int i = 0; i < 50; i++) {
      doubling.op(']', 'h', 0, 'a', 'h', 0, 'a', 'q', 0);
    }
    assertThat(Tensors.all(TorchZip.write(folder.resolve("x.pth"), doubling.end(), Map.of())))
        .isEmpty();
  }

  @Test
  void deepNestingIsRefused() {
    PickleBytes deep = pickle();
    for (int i = 0; i < 100_000; i++) {
      deep.op(']');
    }
    for (int i = 1; i < 100_000; i++) {
      deep.op('a');
    }
    refuses(deep, "nested deeper than 64");
  }

  @Test
  void otherProtocolsAreRefused() throws Exception {
    Path old = TorchZip.write(folder.resolve("x.pth"), "(dp0\n.".getBytes(UTF_8), Map.of());
    assertThatThrownBy(() -> Tensors.all(old)).hasMessageContaining("no pickle");
    byte[] next = {(byte) 0x80, 9, 'N', '.'};
    Path newer = TorchZip.write(folder.resolve("x.pth"), next, Map.of());
    assertThatThrownBy(() -> Tensors.all(newer)).hasMessageContaining("protocol 9");
  }

  @Test
  void compressedEntriesAreRefusedSoThatNothingUnpacksToMoreThanItIs() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[100_000_000]);
      zip.closeEntry();
    }
    Path bomb = Files.write(folder.resolve("bomb.pth"), bytes.toByteArray());
    assertThatThrownBy(() -> Tensors.all(bomb)).hasMessageContaining("is compressed");
  }

  @Test
  void otherZipFilesAreToldFromCheckpoints() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      TorchZip.put(zip, "a.txt", EIGHT);
    }
    Path other = Files.write(folder.resolve("other.zip"), bytes.toByteArray());
    assertThatThrownBy(() -> Tensors.all(other)).hasMessageContaining("no data.pkl");

    bytes.reset();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      TorchZip.put(zip, "m/data.pkl", EIGHT);
      TorchZip.put(zip, "m/constants.pkl", EIGHT);
    }
    Path script = Files.write(folder.resolve("script.pt"), bytes.toByteArray());
    assertThatThrownBy(() -> Tensors.all(script)).hasMessageContaining("TorchScript");
  }

  @Test
  void anOldFileWhoseStoragesDontFitIsRefused() throws Exception {
    Path good =
        Path.of(HostilePickleTest.class.getResource("/checkpoints/kinds-legacy.pth").toURI());
    byte[] bytes = Files.readAllBytes(good);
    // The last storage's data: without it the file is one storage short.
    Path cut = Files.write(folder.resolve("cut.pth"), Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Tensors.all(cut)).hasMessageContaining("cut short");

    Map<String, byte[]> none = new HashMap<>();
    byte[] pickle = new PickleBytes().value("x", none).end();
    Path plain = Files.write(folder.resolve("plain.pkl"), pickle);
    assertThatThrownBy(() -> Tensors.all(plain)).hasMessageContaining("no PyTorch checkpoint");
  }
}
