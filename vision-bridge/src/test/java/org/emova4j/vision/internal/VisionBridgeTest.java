package org.emova4j.vision.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.FrameReader;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.api.vision.VideoFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.util.converter.Converters;

class VisionBridgeTest {
  @TempDir Path folder;

  @Test
  void hasUsefulDefaults() throws Exception {
    VisionBridge bridge = configured(Map.of(), null);
    PreparedImage image = bridge.prepare(Fixtures.bytes("decode/rgb.png"), Detail.BALANCED);
    assertThat(image.mediaType()).isEqualTo("image/png");
    assertThat(image.width()).isEqualTo(37);
    assertThat(image.modelWidth()).isEqualTo(84);
    assertThat(image.modelHeight()).isEqualTo(56);
    assertThat(image.tokens()).isEqualTo(6);
    assertThat(image.rgb()).isEqualTo(Fixtures.picture("decode/rgb.png").rgb());
  }

  @Test
  void sendsPngThatHoldsExactlyThePixels() throws Exception {
    PreparedImage image = configured(Map.of(), null).prepare(large(), Detail.BALANCED);
    assertThat(image.width()).isEqualTo(1194);
    assertThat(image.height()).isEqualTo(672);
    String prefix = "data:image/png;base64,";
    assertThat(image.dataUrl()).startsWith(prefix);
    byte[] sent = Base64.getDecoder().decode(image.dataUrl().substring(prefix.length()));
    assertThat(Fixtures.decode(sent).rgb()).isEqualTo(image.rgb());
  }

  @Test
  void sendsJpegWhereConfigured() throws Exception {
    VisionBridge bridge = configured(Map.of("encoding", "jpeg", "jpeg.quality", 95), null);
    PreparedImage image = bridge.prepare(Fixtures.bytes("decode/colour.jpg"), Detail.FULL);
    assertThat(image.mediaType()).isEqualTo("image/jpeg");
    assertThat(image.dataUrl()).startsWith("data:image/jpeg;base64,/9j/");
    Picture sent = Fixtures.decode(image.file());
    Picture pixels = new Picture(image.width(), image.height(), image.rgb());
    assertThat(Fixtures.difference(sent, pixels).mean()).isLessThan(12);
  }

  @Test
  void inspectsWhatPrepareMakes() throws Exception {
    VisionBridge bridge = configured(Map.of(), null);
    Path file = Fixtures.path("decode/orientation-6.jpg");
    ImageInfo info = bridge.inspect(file, Detail.BALANCED);
    assertThat(info).isEqualTo(new ImageInfo("jpeg", 32, 16, 6, 16, 32, 16, 32, 56, 84));
    PreparedImage image = bridge.prepare(file, Detail.BALANCED);
    assertThat(image.width()).isEqualTo(info.sentWidth());
    assertThat(image.height()).isEqualTo(info.sentHeight());
    assertThat(image.tokens()).isEqualTo(info.tokens()).isEqualTo(6);
  }

  @Test
  void takesTheFirstFrameOfAVideoAndTurnsIt() throws Exception {
    Path video = Files.writeString(folder.resolve("clip.mp4"), "....ftypisom");
    FrameReader frames = mock(FrameReader.class);
    byte[] rgb = new byte[40 * 30 * 3];
    Arrays.fill(rgb, 0, 3, (byte) 255); // upper left
    when(frames.frame(video, Duration.ZERO, 64_000_000))
        .thenReturn(VideoFrame.adopt(40, 30, rgb, 90, "h264"));
    VisionBridge bridge = configured(Map.of(), frames);
    PreparedImage image = bridge.prepare(video, Detail.FULL);
    assertThat(image.width()).isEqualTo(30);
    assertThat(image.height()).isEqualTo(40);
    assertThat(image.rgb()[3 * 29]).as("upper right").isEqualTo((byte) 255);
    assertThat(bridge.inspect(video, Detail.FULL).format()).isEqualTo("h264");
  }

  @Test
  void saysWhatItKnowsOfAFileThatIsNeitherPictureNorVideo() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "some notes");
    FrameReader frames = mock(FrameReader.class);
    when(frames.frame(any(), any(), anyLong()))
        .thenThrow(new UnsupportedImageException("notes.txt can't be read as video: so"));
    assertThatThrownBy(() -> configured(Map.of(), frames).prepare(file, Detail.FULL))
        .hasMessage(
            "notes.txt can't be read as video: so; nor is it a PNG, JPEG, WebP, GIF or BMP picture");
    assertThatThrownBy(() -> configured(Map.of(), null).prepare(file, Detail.FULL))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("notes.txt is no PNG, JPEG, WebP, GIF or BMP picture");
  }

  @Test
  void refusesBadConfigurations() {
    assertThatThrownBy(() -> configured(Map.of("encoding", "tiff"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("encoding tiff is not png or jpeg");
    assertThatThrownBy(() -> configured(Map.of("max.pixels", 0), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max.pixels 0 is outside 1..536870911");
  }

  private static byte[] large() {
    byte[] rgb = new byte[1920 * 1080 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 7);
    }
    return ImageEncoder.PNG.encode(new Picture(1920, 1080, rgb), 1);
  }

  private static VisionBridge configured(Map<String, Object> properties, FrameReader frames) {
    VisionBridge.Config config =
        Converters.standardConverter().convert(properties).to(VisionBridge.Config.class);
    return new VisionBridge(config, frames);
  }
}
