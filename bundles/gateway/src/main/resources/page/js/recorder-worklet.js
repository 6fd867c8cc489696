// Hands the microphone's samples over as they are: lossless, unlike MediaRecorder's formats.
class Tap extends AudioWorkletProcessor {
  process(inputs) {
    const channel = inputs[0][0];
    if (channel) this.port.postMessage(channel.slice());
    return true;
  }
}
registerProcessor('emova-tap', Tap);
