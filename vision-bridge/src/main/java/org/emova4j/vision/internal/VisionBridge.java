package org.emova4j.vision.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.emova4j.api.speech.UnsupportedImageException;
import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.FrameReader;
import org.emova4j.api.vision.ImageInfo;
import org.emova4j.api.vision.ImagePatches;
import org.emova4j.api.vision.ImagePreparer;
import org.emova4j.api.vision.PreparedImage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares pictures as EMOVA's models expect them. Limits are checked on headers, before decoding.
 */
@Component(configurationPid = VisionBridge.PID)
@Designate(ocd = VisionBridge.Config.class)
public final class VisionBridge implements ImagePreparer {
  static final String PID = "org.emova4j.vision";
  private static final Logger log = LoggerFactory.getLogger(VisionBridge.class);
  private static final String KINDS = "PNG, JPEG, WebP, GIF or BMP";

  /** Limits, and how pictures travel. */
  @ObjectClassDefinition(
      name = "emova4j vision bridge",
      description = "Decodes pictures and sizes them for a vision-language model")
  @interface Config {
    @AttributeDefinition(
        name = "Most pixels of a picture",
        description =
            "Larger ones are refused before they are decoded; decoding takes about 6 bytes each",
        min = "1",
        max = "536870911")
    long max_pixels() default 64_000_000;

    @AttributeDefinition(
        name = "Most bytes of a picture's file",
        description = "Larger ones are refused before they are read",
        min = "1",
        max = "1073741824")
    int max_bytes() default 64 << 20;

    @AttributeDefinition(
        name = "Encoding",
        description = "How pictures are sent: png (exact) or jpeg (smaller)")
    String encoding() default "png";

    @AttributeDefinition(
        name = "JPEG quality",
        description = "The higher, the larger and the closer to the picture",
        min = "1",
        max = "100")
    int jpeg_quality() default 92;
  }

  private final long maxPixels;
  private final int maxBytes;
  private final ImageEncoder encoder;
  private final float quality;
  private final Optional<FrameReader> frames;

  @Activate
  public VisionBridge(
      Config config,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          FrameReader frames) {
    this(
        config.max_pixels(),
        config.max_bytes(),
        encoder(config.encoding()),
        config.jpeg_quality(),
        Optional.ofNullable(frames));
  }

  VisionBridge(
      long maxPixels,
      int maxBytes,
      ImageEncoder encoder,
      int jpegQuality,
      Optional<FrameReader> frames) {
    requirePositive("max.pixels", maxPixels, Integer.MAX_VALUE / 4);
    requirePositive("max.bytes", maxBytes, 1 << 30);
    requirePositive("jpeg.quality", jpegQuality, 100);
    this.maxPixels = maxPixels;
    this.maxBytes = maxBytes;
    this.encoder = encoder;
    this.quality = jpegQuality / 100f;
    this.frames = frames;
    log.debug(
        "pictures up to {} pixels and {} bytes, sent as {}; videos: {}",
        maxPixels,
        maxBytes,
        encoder.mediaType(),
        frames.isPresent());
  }

  @Override
  public PreparedImage prepare(byte[] image, Detail detail) throws UnsupportedImageException {
    String name = "the image";
    if (image.length > maxBytes) {
      throw tooManyBytes(name);
    }
    byte[] start = Arrays.copyOf(image, Math.min(image.length, ImageFiles.SNIFFED_BYTES));
    ImageFiles.Kind kind = sniff(start, name).orElseThrow(() -> unknown(name));
    return prepare(open(kind, image, name), name, detail);
  }

  @Override
  public PreparedImage prepare(Path image, Detail detail)
      throws IOException, UnsupportedImageException {
    return prepare(open(image), image.toString(), detail);
  }

  @Override
  public ImageInfo inspect(Path image, Detail detail)
      throws IOException, UnsupportedImageException {
    return plan(open(image), image.toString(), detail).info();
  }

  @Override
  public ImagePatches patches(PreparedImage image) {
    Picture picture = new Picture(image.width(), image.height(), image.rgb());
    Size model = new Size(image.modelWidth(), image.modelHeight());
    return Patchify.of(PillowBicubic.resize(picture, model));
  }

  private PreparedImage prepare(ImageFile file, String name, Detail detail)
      throws UnsupportedImageException {
    Plan plan = plan(file, name, detail);
    long start = System.nanoTime();
    try {
      Picture upright = plan.orientation().apply(file.decode());
      Picture sent = PillowBicubic.resize(upright, plan.sent());
      byte[] encoded = encoder.encode(sent, quality);
      log.debug(
          "{}: {} to {} as {} bytes of {} in {} ms",
          name,
          plan.stored(),
          plan.sent(),
          encoded.length,
          encoder.mediaType(),
          (System.nanoTime() - start) / 1_000_000);
      return PreparedImage.adopt(
          sent.width(),
          sent.height(),
          sent.rgb(),
          encoded,
          encoder.mediaType(),
          plan.model().width(),
          plan.model().height());
    } catch (DamagedImageException e) {
      throw failed(name, e);
    } catch (OutOfMemoryError e) {
      // One large array was refused; nothing else of the process is harmed.
      throw new UnsupportedImageException(
          "%s has %s pixels, too many for what is free of this Java's %d MB of memory"
              .formatted(name, plan.stored(), Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private Plan plan(ImageFile file, String name, Detail detail) throws UnsupportedImageException {
    Size size = file.size();
    if (size.pixels() > maxPixels) {
      throw new UnsupportedImageException(
          "%s has %s pixels, %.1f million; the limit is %.1f million"
              .formatted(name, size, size.pixels() / 1e6, maxPixels / 1e6));
    }
    if (!SmartResize.accepts(size)) {
      throw new UnsupportedImageException(
          "%s has %s pixels: one side is %d times the other, and the limit is %d"
              .formatted(name, size, size.longer() / size.shorter(), SmartResize.MAX_ASPECT));
    }
    return Plan.of(file.format(), size, file.orientation(), detail);
  }

  private ImageFile open(Path path) throws IOException, UnsupportedImageException {
    String name = path.toString();
    byte[] bytes;
    ImageFiles.Kind kind;
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(ImageFiles.SNIFFED_BYTES);
      Optional<ImageFiles.Kind> known = sniff(start, name);
      if (known.isEmpty()) {
        return video(path);
      }
      kind = known.get();
      if (Files.size(path) > maxBytes) {
        throw tooManyBytes(name);
      }
      byte[] rest = in.readNBytes(maxBytes - start.length + 1);
      if (start.length + rest.length > maxBytes) {
        throw tooManyBytes(name);
      }
      bytes = Arrays.copyOf(start, start.length + rest.length);
      System.arraycopy(rest, 0, bytes, start.length, rest.length);
    }
    return open(kind, bytes, name);
  }

  private ImageFile video(Path path) throws UnsupportedImageException {
    FrameReader reader = frames.orElseThrow(() -> unknown(path.toString()));
    try {
      return new VideoPicture(reader.frame(path, Duration.ZERO, maxPixels));
    } catch (UnsupportedImageException e) {
      throw new UnsupportedImageException(
          "%s; nor is it a %s picture".formatted(e.getMessage(), KINDS), e);
    }
  }

  private static Optional<ImageFiles.Kind> sniff(byte[] start, String name)
      throws UnsupportedImageException {
    try {
      return ImageFiles.sniff(start);
    } catch (DamagedImageException e) {
      throw failed(name, e);
    }
  }

  private static ImageFile open(ImageFiles.Kind kind, byte[] bytes, String name)
      throws UnsupportedImageException {
    try {
      return kind.open(bytes);
    } catch (DamagedImageException e) {
      throw failed(name, e);
    }
  }

  private static UnsupportedImageException failed(String name, DamagedImageException e) {
    return new UnsupportedImageException(name + " " + e.getMessage(), e);
  }

  private static UnsupportedImageException unknown(String name) {
    return new UnsupportedImageException("%s is no %s picture".formatted(name, KINDS));
  }

  private UnsupportedImageException tooManyBytes(String name) {
    return new UnsupportedImageException(
        "%s is longer than the limit of %d bytes".formatted(name, maxBytes));
  }

  private static ImageEncoder encoder(String name) {
    return Arrays.stream(ImageEncoder.values())
        .filter(e -> e.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("encoding %s is not png or jpeg".formatted(name)));
  }

  private static void requirePositive(String name, long value, long max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s %d is outside 1..%d".formatted(name, value, max));
    }
  }
}
