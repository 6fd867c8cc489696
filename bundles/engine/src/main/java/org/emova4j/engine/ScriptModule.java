package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A TorchScript module whose methods are called by name. */
final class ScriptModule {
  private final PtSymbolBlock block;

  private ScriptModule(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * @param methods source text of the methods, for {@link OpsArchive}
   * @throws ai.djl.engine.EngineException if this libtorch lacks an operator that they call
   */
  static ScriptModule load(NDManager manager, String methods) {
    try {
      return new ScriptModule(
          JniUtils.loadModule(
              (PtNDManager) manager,
              new ByteArrayInputStream(OpsArchive.bytes(methods)),
              false,
              false));
    } catch (IOException e) {
      throw new UncheckedIOException("the operators can't be loaded", e);
    }
  }

  void close() {
    block.close();
  }

  /** The result belongs to the manager of the first argument. */
  NDArray run(String method, NDArray first, Object... rest) {
    IValue[] arguments = new IValue[rest.length + 1];
    try {
      arguments[0] = IValue.from((PtNDArray) first);
      for (int i = 0; i < rest.length; i++) {
        arguments[i + 1] = value(rest[i]);
      }
      try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
        return result.toTensor((PtNDManager) first.getManager());
      }
    } finally {
      for (IValue argument : arguments) {
        if (argument != null) {
          argument.close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof Boolean b) {
      return IValue.from(b.booleanValue());
    }
    if (argument instanceof Double d) {
      return IValue.from(d.doubleValue());
    }
    return IValue.from(((Number) argument).longValue());
  }
}
