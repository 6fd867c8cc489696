package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceTest {
  private static final int RATE = 16_000;
  private static final int UNIT = 640;

  @Test
  void nothingHasNoPieces() {
    assertThat(Piece.windows(0, RATE, UNIT)).isEmpty();
  }

  @Test
  void upToAMinuteIsOnePiece() throws Exception {
    Piece whole = new Piece(0, 960_000, 960_000, 0, 1500);
    assertThat(Piece.windows(960_000, RATE, UNIT)).containsExactly(whole);
    assertThat(Piece.reference(960_000, RATE, UNIT, 257)).containsExactly(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {960_001, 1_000_000, 1_759_999, 1_760_001, 16_000 * 3600 + 17})
  void windowsCoverEveryUnitOnceWithFiveSecondsAround(int samples) {
    List<Piece> pieces = Piece.windows(samples, RATE, UNIT);
    int units = (samples + UNIT - 1) / UNIT;
    int done = 0;
    for (Piece piece : pieces) {
      int begin = piece.from() / UNIT;
      assertThat(piece.from() % UNIT).isZero();
      assertThat(piece.to() - piece.from()).isBetween(1499 * UNIT + 1, 1500 * UNIT);
      assertThat(piece.heard()).isEqualTo(piece.to() - piece.from());
      assertThat(begin + piece.first()).isEqualTo(done);
      if (done > 0) {
        assertThat(piece.first()).isGreaterThanOrEqualTo(125);
      }
      done += piece.count();
      if (done < units) {
        assertThat(begin + 1500 - done).isEqualTo(125);
      }
    }
    assertThat(done).isEqualTo(units);
    assertThat(pieces.get(pieces.size() - 1).to()).isEqualTo(samples);
  }

  @Test
  void theReferenceCutsHardAndKeepsWhatPaddingSays() throws Exception {
    assertThat(Piece.reference(976_123, RATE, UNIT, 257))
        .containsExactly(new Piece(0, 976_123, 976_123, 0, Piece.ALL));
    assertThat(Piece.reference(1_650_777, RATE, UNIT, 257))
        .containsExactly(
            new Piece(0, 1_600_000, 1_650_777, 0, Piece.ALL),
            new Piece(1_600_000, 1_650_777, 1_650_777, 0, Piece.ALL));
    assertThat(Piece.reference(3_200_000, RATE, UNIT, 257)).hasSize(2);
  }
}
