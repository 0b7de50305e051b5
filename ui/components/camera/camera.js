// Takes a picture: with a live camera where the browser gives one, else with a phone's own.
//
// A page that came over plain http from another machine is no secure context and gets no live
// camera. There a file field opens the camera of a phone; a laptop has nothing of the kind, and is
// told what helps. The picture is made smaller here, so that what is sent is bounded.

const states = new WeakMap();

const CANNOT =
  "A browser lends its camera only to a page that came over https: take a file " +
  "instead, or ask whoever started the app to start it with a certificate (its README says how).";
const TROUBLE = {
  NotAllowedError: "The camera was not allowed. Allow it in the browser, beside the address, and start again.",
  NotFoundError: "No camera was found on this machine. A file works as well.",
  NotReadableError: "The camera cannot be used just now; perhaps another program holds it.",
};
const OTHERWISE = "The camera could not be started. A file works as well.";
const UNREADABLE = "This picture cannot be read. Take another one, or choose a file.";

// "live", "phone" or "none".
function way() {
  if (window.isSecureContext && navigator.mediaDevices?.getUserMedia) return "live";
  return matchMedia("(pointer: coarse)").matches ? "phone" : "none";
}

// A picture or a frame of the live camera, no side longer than `most`, as a JPEG's data URL.
function smaller(source, width, height, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}

function stop(state) {
  for (const track of state.stream?.getTracks() ?? []) track.stop();
  state.stream = null;
  state.video.srcObject = null;
}

function show(state, url) {
  const live = Boolean(state.stream);
  state.video.hidden = !live;
  state.taken.hidden = live || !url;
  if (url) state.taken.src = url;
  state.start.hidden = state.way !== "live" || live;
  state.start.textContent = url ? "Take another" : "Start the camera";
  state.take.hidden = !live;
  state.phone.hidden = state.way !== "phone";
  state.phone.textContent = url ? "Take another" : "Take a picture with the camera";
}

function give(state, url) {
  stop(state);
  show(state, url);
  state.words.textContent = "";
  state.sequence = Math.max(state.sequence + 1, Date.now());
  state.send("shot", { sequence: state.sequence, jpeg: url.slice(url.indexOf(",") + 1) });
}

async function start(state) {
  state.words.textContent = "";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    state.stream = stream;
    if (state.gone) return stop(state);
    state.video.srcObject = stream;
    await state.video.play();
    show(state);
    state.take.focus();
  } catch (error) {
    stop(state);
    show(state);
    state.words.textContent = TROUBLE[error.name] ?? OTHERWISE;
  }
}

async function read(state, file) {
  if (!file) return;
  try {
    const picture = await createImageBitmap(file);
    give(state, smaller(picture, picture.width, picture.height, state.most));
    picture.close();
  } catch {
    state.words.textContent = UNREADABLE;
  }
}

function prepare(parentElement, words) {
  const find = (name) => parentElement.querySelector(`.${name}`);
  const state = { way: way(), stream: null, sequence: 0, gone: false };
  for (const name of ["start", "take", "phone", "taken", "words", "file"]) state[name] = find(name);
  state.video = find("live");
  state.start.onclick = () => start(state);
  state.take.onclick = () =>
    give(state, smaller(state.video, state.video.videoWidth, state.video.videoHeight, state.most));
  state.phone.onclick = () => state.file.click();
  state.file.onchange = () => {
    read(state, state.file.files[0]);
    state.file.value = ""; // the same file may be chosen again
  };
  show(state);
  state.words.textContent = state.way === "none" ? CANNOT : words;
  return state;
}

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  if (!states.has(parentElement)) states.set(parentElement, prepare(parentElement, data.words));
  const state = states.get(parentElement);
  state.most = data.most;
  state.send = setStateValue;
  state.gone = false;
  return () => {
    state.gone = true;
    stop(state);
  };
}
