package org.emova4j.style.internal.centroids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleVector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CentroidStyleModuleTest {
  private static final List<String> EMOTIONS =
      List.of("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised");
  private static final int SIZE = 8;
  private static final Audio SPEECH = Audio.adopt(new float[2000], 22_050);

  @TempDir private Path folder;
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final ReferenceEncoder encoder = mock(ReferenceEncoder.class);
  private CentroidStyleModule module;

  @BeforeEach
  void table() throws Exception {
    int seed = 0;
    for (String gender : List.of("female", "male")) {
      for (String emotion : EMOTIONS) {
        for (String speed : List.of("fast", "normal", "slow")) {
          for (String pitch : List.of("high", "low", "normal")) {
            float[] vector = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
              vector[i] = (float) Math.sin(1 + seed * 8 + i * (seed % 7 + 1));
            }
            seed++;
            vectors.put(
                "gender-%s_emotion-%s_speed-%s_pitch-%s".formatted(gender, emotion, speed, pitch),
                vector);
          }
        }
      }
    }
    when(encoder.sampleRate()).thenReturn(22_050);
    module =
        new CentroidStyleModule(
            "emova-8", CentroidTable.read(write(), SIZE), Optional.of(encoder), 22_050);
  }

  /** The table as a safetensors file. */
  private Path write() throws IOException {
    StringBuilder header = new StringBuilder("{");
    ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    vectors.forEach(
        (name, vector) -> {
          int begin = data.position();
          for (float value : vector) {
            data.putFloat(value);
          }
          header
              .append(header.length() > 1 ? "," : "")
              .append(
                  "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                      .formatted(name, vector.length, begin, data.position()));
        });
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.position()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data.flip());
    return Files.write(folder.resolve("centroids.safetensors"), file.array());
  }

  private float[] centroid(String gender, String emotion, String speed, String pitch) {
    return vectors.get(
        "gender-%s_emotion-%s_speed-%s_pitch-%s".formatted(gender, emotion, speed, pitch));
  }

  private static Style style(String speaker, String emotion, String speed, String pitch) {
    return Style.DEFAULT
        .withSpeaker(speaker)
        .withEmotion(emotion)
        .withSpeed(new Style.Label(speed))
        .withPitch(new Style.Label(pitch));
  }

  @Test
  void everyConditionIsItsCentroidToTheBit() {
    int conditions = 0;
    for (String gender : module.catalogue().speakers()) {
      for (String emotion : module.catalogue().emotions()) {
        for (String speed : module.catalogue().speeds()) {
          for (String pitch : module.catalogue().pitches()) {
            assertThat(module.encode(style(gender, emotion, speed, pitch)))
                .isEqualTo(StyleVector.of("emova-8", centroid(gender, emotion, speed, pitch)));
            conditions++;
          }
        }
      }
    }
    assertThat(conditions).isEqualTo(126);
  }

  @Test
  void knowsTheLabelsOfTheReference() {
    assertThat(module.catalogue().speakers()).containsExactly("female", "male");
    assertThat(module.catalogue().emotions())
        .containsExactly("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised");
    assertThat(module.catalogue().pitches()).containsExactly("low", "normal", "high");
    assertThat(module.catalogue().speeds()).containsExactly("slow", "normal", "fast");
    assertThat(module.catalogue().continuous()).isFalse();
    assertThat(module.catalogue().intensity()).isTrue();
    assertThat(module.encode(Style.DEFAULT).values())
        .isEqualTo(centroid("female", "neutral", "normal", "normal"));
  }

  @Test
  void intensityWalksFromNeutralOfTheSameSpeakerSpeedAndPitch() {
    Style sad = style("male", "sad", "slow", "low");
    float[] neutral = centroid("male", "neutral", "slow", "low");
    float[] full = centroid("male", "sad", "slow", "low");
    assertThat(module.encode(sad.withIntensity(0)).values()).isEqualTo(neutral);
    assertThat(module.encode(sad.withIntensity(1)).values()).isEqualTo(full);
    float[] quarter = module.encode(sad.withIntensity(0.25)).values();
    for (int i = 0; i < SIZE; i++) {
      assertThat(quarter[i]).isCloseTo(0.75f * neutral[i] + 0.25f * full[i], within(1e-6f));
    }
  }

  @Test
  void twoStylesMixOnTheLineBetweenThem() {
    Style happy = Style.DEFAULT.withSpeaker("female").withEmotion("happy");
    Style angry = Style.DEFAULT.withSpeaker("male").withEmotion("angry");
    float[] mixed = module.encode(happy.mixedWith(angry, 0.3)).values();
    float[] a = module.encode(happy).values();
    float[] b = module.encode(angry).values();
    for (int i = 0; i < SIZE; i++) {
      assertThat(mixed[i]).isCloseTo(0.7f * a[i] + 0.3f * b[i], within(1e-6f));
    }
    assertThat(module.encode(happy.mixedWith(angry, 0)).values()).isEqualTo(a);
    assertThat(module.encode(happy.mixedWith(angry, 1)).values()).isEqualTo(b);
  }

  @Test
  void labelsThatAreNotThereAreRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> module.encode(Style.DEFAULT.withEmotion("bored")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "emotion \"bored\" is not one of neutral, happy, sad, angry, fearful, disgusted,"
                + " surprised");
    assertThatThrownBy(() -> module.encode(Style.DEFAULT.withPitch(new Style.Amount(2))))
        .hasMessage("pitch is 2.0, must be one of low, normal, high");
    assertThatThrownBy(
            () -> module.encode(Style.DEFAULT.mixedWith(Style.DEFAULT.withSpeaker("nobody"), 0.5)))
        .hasMessageContaining("speaker \"nobody\"");
  }

  @Test
  void aRecordingGivesItsOwnStyleAndLabelsMoveIt() throws Exception {
    float[] heard = centroid("male", "happy", "fast", "high").clone();
    when(encoder.encode(SPEECH)).thenReturn(heard);

    assertThat(module.encode(SPEECH, Style.DEFAULT).values()).isEqualTo(heard);

    float[] sad = module.encode(SPEECH, Style.DEFAULT.withEmotion("sad")).values();
    float[] from = centroid("male", "neutral", "normal", "normal");
    float[] to = centroid("male", "sad", "normal", "normal");
    for (int i = 0; i < SIZE; i++) {
      assertThat(sad[i]).isCloseTo(heard[i] + to[i] - from[i], within(1e-6f));
    }
    assertThat(module.encode(SPEECH, Style.DEFAULT.withSpeaker("female")))
        .isEqualTo(module.encode(Style.DEFAULT.withSpeaker("female")));
    float[] half =
        module
            .encode(SPEECH, Style.DEFAULT.mixedWith(Style.DEFAULT.withEmotion("sad"), 0.5))
            .values();
    for (int i = 0; i < SIZE; i++) {
      assertThat(half[i]).isCloseTo((heard[i] + sad[i]) / 2, within(1e-6f));
    }
    assertThat(module.describe(SPEECH)).isEqualTo(style("male", "happy", "fast", "high"));
  }

  @Test
  void wrongLabelsAreFoundBeforeTheWork() throws Exception {
    assertThatThrownBy(() -> module.encode(SPEECH, Style.DEFAULT.withEmotion("bored")))
        .isInstanceOf(IllegalArgumentException.class);
    verify(encoder, never()).encode(any());
  }

  @Test
  void withoutAnEncoderRecordingsAreRefused() throws Exception {
    CentroidStyleModule labels =
        new CentroidStyleModule(
            "emova-8", CentroidTable.read(write(), SIZE), Optional.empty(), 22_050);
    assertThat(labels.referenceSampleRate()).isEqualTo(22_050);
    assertThatThrownBy(() -> labels.describe(SPEECH))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("no style encoder");
  }

  @Test
  void aTableThatDoesntFitIsRefused() throws Exception {
    String sad = "gender-male_emotion-sad_speed-slow_pitch-low";
    List<String> messages = new ArrayList<>();
    float[] good = vectors.remove(sad);
    messages.add(refusal(SIZE));
    vectors.put(sad, new float[] {1, 2});
    messages.add(refusal(SIZE));
    good[3] = Float.NaN;
    vectors.put(sad, good);
    messages.add(refusal(SIZE));
    vectors.remove(sad);
    vectors.put("sad", new float[SIZE]);
    messages.add(refusal(SIZE));

    assertThat(messages.get(0)).endsWith(sad + " is missing");
    assertThat(messages.get(1)).endsWith(sad + " has 2 values, its style space has 8");
    assertThat(messages.get(2)).endsWith(sad + " holds NaN");
    assertThat(messages.get(3)).endsWith("\"sad\" is no condition");
  }

  private String refusal(int size) throws IOException {
    Path file = write();
    try {
      CentroidTable.read(file, size);
    } catch (ModelUnavailableException e) {
      return e.getMessage();
    }
    throw new AssertionError("the table was read");
  }
}
