package org.emova4j.vision.internal;

import org.emova4j.api.vision.Detail;
import org.emova4j.api.vision.ImageInfo;

/**
 * What becomes of a picture: its size as stored, upright, as sent, and as the model sees it, which
 * is its own resize of what is sent.
 */
record Plan(
    String format, Size stored, Orientation orientation, Size upright, Size sent, Size model) {

  /**
   * @param stored with sides that {@link SmartResize} accepts
   */
  static Plan of(String format, Size stored, Orientation orientation, Detail detail) {
    Size upright = orientation.apply(stored);
    Size sent =
        switch (detail) {
          case BALANCED -> PreShrink.fit(upright);
          case FULL -> noMoreThanSeen(upright);
        };
    return new Plan(format, stored, orientation, upright, sent, SmartResize.fit(sent));
  }

  ImageInfo info() {
    return new ImageInfo(
        format,
        stored.width(),
        stored.height(),
        orientation.exif(),
        upright.width(),
        upright.height(),
        sent.width(),
        sent.height(),
        model.width(),
        model.height());
  }

  /**
   * Where the model would shrink a picture, sending more than it sees is waste: its resize leaves a
   * picture of its own size as it is.
   */
  private static Size noMoreThanSeen(Size upright) {
    Size seen = SmartResize.fit(upright);
    return seen.pixels() < upright.pixels() && SmartResize.accepts(seen) ? seen : upright;
  }
}
