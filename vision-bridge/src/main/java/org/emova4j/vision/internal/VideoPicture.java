package org.emova4j.vision.internal;

import org.emova4j.api.vision.VideoFrame;

/** A frame of a video, which is decoded already. */
final class VideoPicture implements ImageFile {
  private final VideoFrame frame;

  VideoPicture(VideoFrame frame) {
    this.frame = frame;
  }

  @Override
  public String format() {
    return frame.codec();
  }

  @Override
  public Size size() {
    return new Size(frame.width(), frame.height());
  }

  @Override
  public Orientation orientation() {
    return switch (frame.rotation()) {
      case 90 -> Orientation.RIGHT_TOP;
      case 180 -> Orientation.UPSIDE_DOWN;
      case 270 -> Orientation.LEFT_BOTTOM;
      default -> Orientation.UPRIGHT;
    };
  }

  @Override
  public Picture decode() {
    byte[] rgb = new byte[frame.buffer().remaining()];
    frame.buffer().get(rgb);
    return new Picture(frame.width(), frame.height(), rgb);
  }
}
