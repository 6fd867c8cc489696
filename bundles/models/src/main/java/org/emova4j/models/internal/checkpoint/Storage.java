package org.emova4j.models.internal.checkpoint;

import java.util.OptionalLong;

/** A stretch of a file that one or more tensors lie in. */
final class Storage {
  private final String name;
  private final OptionalLong crc;
  private long at;
  private long bytes = -1;
  private boolean verified;

  /**
   * @param name as the file calls it
   * @param crc CRC-32 of all its bytes, if the file tells
   */
  Storage(String name, OptionalLong crc) {
    this.name = name;
    this.crc = crc;
    this.verified = crc.isEmpty();
  }

  static Storage at(String name, long at, long bytes, OptionalLong crc) {
    Storage storage = new Storage(name, crc);
    storage.place(at, bytes);
    return storage;
  }

  /** Says where it lies; old files tell only after they have told which tensors lie in it. */
  void place(long at, long bytes) {
    this.at = at;
    this.bytes = bytes;
  }

  boolean isPlaced() {
    return bytes >= 0;
  }

  String name() {
    return name;
  }

  long at() {
    return at;
  }

  long bytes() {
    return bytes;
  }

  OptionalLong crc() {
    return crc;
  }

  boolean isVerified() {
    return verified;
  }

  void setVerified() {
    verified = true;
  }
}
