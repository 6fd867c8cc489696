package org.emova4j.gateway.internal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcmStreamTest {
  /** Linear interpolation: enough to see whether pieces meet. */
  private static byte[] interpolated(Audio audio) {
    float[] in = audio.samples();
    int n = Math.round(in.length * (float) Sounds.PCM_RATE / audio.sampleRate());
    ByteBuffer out = ByteBuffer.allocate(2 * n).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      double at = (double) i * audio.sampleRate() / Sounds.PCM_RATE;
      int left = Math.min(in.length - 1, (int) at);
      int right = Math.min(in.length - 1, left + 1);
      out.putShort((short) (32_767 * (in[left] + (at - left) * (in[right] - in[left]))));
    }
    return out.array();
  }

  @ParameterizedTest
  @ValueSource(ints = {16_000, 22_050, 24_000, 44_100})
  void piecesAreTheWholeWithoutSeams(int rate) throws Exception {
    Random random = new Random(7);
    float[] sound = new float[2 * rate + 17];
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (float) Math.sin(i * 440 * 2 * Math.PI / rate) / 2;
    }
    Audio whole = Audio.of(sound, rate);
    PcmStream stream = new PcmStream(PcmStreamTest::interpolated);
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    int from = 0;
    while (from < sound.length) {
      int to = Math.min(sound.length, from + 1 + random.nextInt(rate / 3));
      pieces.writeBytes(stream.next(whole.slice(from, to)));
      from = to;
    }
    pieces.writeBytes(stream.end());

    assertThat(pieces.toByteArray()).isEqualTo(interpolated(whole));
    assertThat(stream.end()).isEmpty();
  }

  @Test
  void piecesMustBeOfOneRate() throws Exception {
    PcmStream stream = new PcmStream(PcmStreamTest::interpolated);
    stream.next(Audio.of(new float[100], 16_000));

    assertThatThrownBy(() -> stream.next(Audio.of(new float[100], 22_050)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
