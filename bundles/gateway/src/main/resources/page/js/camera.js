// A still picture from the camera.
import { deviceProblem } from './recorder.js';

const $ = (id) => document.getElementById(id);

/** Opens the dialog. @returns {Promise<File | null>} a JPEG, or null if the user changed their mind */
export async function takePicture() {
  const dialog = $('camera-dialog');
  const video = $('camera-view');
  const note = $('camera-note');
  const take = $('camera-take');
  let stream = null;
  let closed = false;
  note.textContent = 'Waiting for the camera';
  take.disabled = true;
  dialog.showModal();

  const picture = new Promise((resolve) => {
    const done = (file) => (dialog.close(), resolve(file));
    take.onclick = () => still(video).then(done);
    $('camera-cancel').onclick = () => done(null);
    dialog.onclose = () => {
      closed = true;
      stream?.getTracks().forEach((track) => track.stop());
      resolve(null);
    };
  });

  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
    if (closed) stream.getTracks().forEach((track) => track.stop());
    video.srcObject = stream;
    await video.play();
    note.textContent = '';
    take.disabled = false;
    take.focus();
  } catch (e) {
    note.textContent = closed ? '' : deviceProblem(e, 'camera');
  }
  return picture;
}

function still(video) {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d').drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 }).then((blob) => new File([blob], 'camera.jpg', { type: blob.type }));
}
