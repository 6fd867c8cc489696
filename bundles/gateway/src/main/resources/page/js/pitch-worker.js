// Keeps minutes of audio off the page's thread.
import { trackPitch } from './pitch.js';

onmessage = ({ data }) => {
  const { hop, f0 } = trackPitch(data.samples, data.sampleRate);
  postMessage({ id: data.id, hop, f0 }, [f0.buffer]);
};
