package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.runtime.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCommandTest {
  private static final ImageInfo PHOTO =
      new ImageInfo("jpeg", 4000, 3000, 6, 3000, 4000, 672, 896, 672, 896);

  @TempDir Path folder;

  private final ImagePreparer preparer = mock(ImagePreparer.class);
  private final FakeEnvironment environment =
      new FakeEnvironment().with(ImagePreparer.class, preparer);

  @Test
  void saysWhatAModelWillSee() throws Exception {
    when(preparer.inspect(Path.of("photo.jpg"), Detail.BALANCED)).thenReturn(PHOTO);
    assertThat(environment.run("image", "photo.jpg")).isZero();
    assertThat(environment.out())
        .isEqualTo(
            "photo.jpg: jpeg, 4000 x 3000, upright 3000 x 4000, sent 672 x 896, model 672 x 896,"
                + " 768 tokens\n");
    assertThat(environment.opened).containsExactly(Slice.VISION);
    assertThat(environment.closed).isEqualTo(1);
  }

  @Test
  void goesOnAfterAPictureThatCantBeUsed() throws Exception {
    when(preparer.inspect(Path.of("a.svg"), Detail.FULL))
        .thenThrow(new UnsupportedImageException("a.svg is an SVG drawing: export it as PNG"));
    when(preparer.inspect(Path.of("none"), Detail.FULL)).thenThrow(new NoSuchFileException("none"));
    when(preparer.inspect(Path.of("photo.jpg"), Detail.FULL)).thenReturn(PHOTO);
    int code = environment.run("image", "--detail", "full", "--json", "a.svg", "none", "photo.jpg");
    assertThat(code).isEqualTo(1);
    assertThat(environment.err())
        .isEqualTo(
            "emova: a.svg is an SVG drawing: export it as PNG\nemova: none: no such file or folder\n");
    assertThat(environment.out())
        .startsWith("{\"file\":\"photo.jpg\",\"format\":\"jpeg\",\"width\":4000")
        .endsWith("\"tokens\":768}\n");
  }

  @Test
  void writesWhatWouldBeSent() throws Exception {
    Path seen = folder.resolve("seen.png");
    byte[] file = {1, 2, 3};
    when(preparer.inspect(Path.of("photo.jpg"), Detail.BALANCED)).thenReturn(PHOTO);
    when(preparer.prepare(Path.of("photo.jpg"), Detail.BALANCED))
        .thenReturn(PreparedImage.adopt(1, 1, new byte[3], file, "image/png", 56, 56));
    assertThat(environment.run("image", "photo.jpg", "--out", seen.toString())).isZero();
    assertThat(Files.readAllBytes(seen)).isEqualTo(file);
  }

  @Test
  void refusesWrongUsageBeforeAnythingStarts() {
    assertThat(environment.run("image", "a.png", "--detail", "much")).isEqualTo(2);
    assertThat(environment.run("image", "a.png", "b.png", "--out", "c.png")).isEqualTo(2);
    assertThat(environment.err())
        .contains("--detail much is neither balanced nor full")
        .contains("--out takes one picture, not 2");
    assertThat(environment.opened).isEmpty();
  }
}
