package org.emova4j.audio.internal;

/** What may run on a video: the decoders of what cameras, phones and the web make. */
final class VideoDecoders {
  /** Comma-separated, as {@code codec_whitelist} takes them. */
  static final String NAMES =
      "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg1video,mpeg2video,h263,flv,mjpeg,msmpeg4v2,"
          + "msmpeg4,vc1,wmv2,wmv3,theora,prores,dnxhd,ffv1,rawvideo";

  private VideoDecoders() {}
}
