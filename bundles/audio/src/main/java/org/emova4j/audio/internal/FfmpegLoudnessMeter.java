package org.emova4j.audio.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Measures with FFmpeg's {@code ebur128}. */
@Component
public final class FfmpegLoudnessMeter implements LoudnessMeter {
  @Activate
  public FfmpegLoudnessMeter() {}

  @Override
  public OptionalDouble integrated(List<Audio> sides) throws UnsupportedAudioException {
    Take take = new Take(sides, Optional.empty(), Duration.ZERO);
    try {
      Ffmpeg.load();
      return LevelMeter.loudness(Passage.all(take.sides(), take.sides().size()).open(1));
    } catch (FfmpegException e) {
      throw new UnsupportedAudioException("loudness can't be measured: " + e.getMessage(), e);
    }
  }
}
