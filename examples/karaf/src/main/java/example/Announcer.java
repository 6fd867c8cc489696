package example;

import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.style.Style;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * A command of Karaf's shell, {@code announcer:announce IN OUT.flac}: says a recording again in a
 * happy voice. There while a converter is.
 */
@Component(
    service = Announcer.class,
    property = {"osgi.command.scope=announcer", "osgi.command.function=announce"})
public final class Announcer {
  private final SpeechConverter converter;
  private final AudioReader reader;
  private final AudioWriter writer;

  @Activate
  public Announcer(
      @Reference SpeechConverter converter,
      @Reference AudioReader reader,
      @Reference AudioWriter writer) {
    this.converter = converter;
    this.reader = reader;
    this.writer = writer;
  }

  /** What a user of the shell calls. */
  public String announce(String in, String out) throws Exception {
    ConversionRequest request =
        ConversionRequest.of(Style.DEFAULT.withSpeaker("female").withEmotion("happy"));
    Audio speech =
        reader.decode(Path.of(in), DecodeOptions.atRate(converter.sampleRate(request)));
    Audio said = converter.convert(speech, request);
    writer.encode(said, Path.of(out), EncodeOptions.of(AudioFormat.FLAC));
    return "%s: %.2f s at %d Hz".formatted(out, said.duration().toMillis() / 1e3, said.sampleRate());
  }
}
