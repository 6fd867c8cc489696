package org.emova4j.engine;

import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * libtorch, up and running: a service that exists only while it is. Why it doesn't exist, {@link
 * EngineStatus} says.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface TensorEngine {
  /** The version of libtorch, e.g. {@code 2.7.1}. */
  String version();

  /** How many threads one operator may use, at least 1. */
  int threads();

  /**
   * Opens the weights of one network. The caller closes the scope, at the latest when this service
   * goes; weights are read when they are asked for.
   *
   * @param safetensors a file whose header and offsets are checked before anything is read
   * @throws ModelUnavailableException if the file is missing or malformed, or the engine is closed;
   *     names the file and the reason
   */
  default NetworkScope open(Path safetensors) throws ModelUnavailableException {
    return open(List.of(safetensors));
  }

  /**
   * As {@link #open(Path)}, for weights that are spread over several files.
   *
   * @throws ModelUnavailableException also if two files have a tensor of the same name
   * @throws IllegalArgumentException if there are no files
   */
  NetworkScope open(List<Path> safetensors) throws ModelUnavailableException;

  /**
   * As {@link #open(Path)}, for weights that are used as they are: networks of the same file share
   * the memory of what they read as {@link NetworkScope#weight}, and it stays for some seconds
   * after the last of them is closed, unless it is larger than 256 MiB. So a network that replaces
   * another of the same file is there almost at once. The caller never writes to such a weight.
   *
   * @throws ModelUnavailableException as {@link #open(Path)}
   */
  NetworkScope openShared(Path safetensors) throws ModelUnavailableException;

  /**
   * Opens a TorchScript file. It is a program: the caller has made sure that it is trusted. The
   * caller closes the network, at the latest when this service goes.
   *
   * @param torchScript what {@code torch.jit.save} wrote
   * @throws ModelUnavailableException if the file is missing or this libtorch can't load it, or the
   *     engine is closed; names the file and the reason
   */
  ScriptNetwork openScript(Path torchScript) throws ModelUnavailableException;

  /**
   * Opens a tokenizer of text. The caller closes it.
   *
   * @param file a {@code tokenizer.json} of Hugging Face
   * @throws ModelUnavailableException if the file is missing, too large or malformed, or the native
   *     library is missing; names the file and the reason
   */
  TextTokenizer openTokenizer(Path file) throws ModelUnavailableException;

  /**
   * Whether networks read their weights when they are first used, and not when they are made. Then
   * what is wrong with them shows that late.
   */
  boolean readsLate();

  /** Operators that DJL lacks. */
  Ops ops();

  /**
   * Measures how fast this machine multiplies matrices, by the operator that networks spend their
   * time in and with {@link #threads()} threads: what no network can exceed. Takes about a second.
   *
   * @return floating-point operations a second, the best of some runs
   * @throws ModelUnavailableException if the engine is closed
   */
  double measureMatrixMultiply() throws ModelUnavailableException;
}
