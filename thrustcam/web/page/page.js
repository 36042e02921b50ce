"use strict";
// The browser's half: pictures out, what to draw and to say in. Everything is judged on the other side.

const LONGEST = 960;      // px of the picture that is sent; the pose model sees far fewer
const QUALITY = 0.85;
const IN_FLIGHT = 2;      // one travels while one is looked at; later pictures are left out, not queued
const FROZEN_MS = 2000;   // without a new picture
const AGAIN_MS = 1500;    // between two tries to get camera or connection back
const CUE_MS = 6000;      // that a cue stays
const ELSEWHERE = 4001;

const $ = (id) => document.getElementById(id);
const video = $("video"), overlay = $("overlay"), pen = overlay.getContext("2d");
const sheet = document.createElement("canvas");
const stats = { captured: 0, sent: 0, seen: 0, late: 0, delays: [] };
const words = JSON.parse($("words").textContent);
let bones = [], language = "en";
let socket = null, stream = null, inFlight = 0, taken = [], running = false;
let near = null, lastPictureMs = 0, cueUntilMs = 0, troubled = "", wake = null;
const sets = [];
window.thrustcam = { stats, sets };

// Where there is no voice, a short tone: something has been counted, look at the page.
let horn = null;
const beep = () => {
  horn ??= new AudioContext();
  const tone = new OscillatorNode(horn, { frequency: 880 }), quiet = new GainNode(horn, { gain: 0.2 });
  tone.connect(quiet).connect(horn.destination);
  tone.start();
  tone.stop(horn.currentTime + 0.12);
};
const say = (text) => {
  if (!text || !$("voice").checked) return;
  if (!window.speechSynthesis?.getVoices().length) { beep(); return; }
  const voice = new SpeechSynthesisUtterance(text);
  voice.lang = language;
  speechSynthesis.cancel();  // what is said now matters more than what was said before
  speechSynthesis.speak(voice);
};
const word = (key, numbers = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => numbers[name] ?? whole);
const element = (tag, text, name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });

// --- connection ---------------------------------------------------------------------------------------

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/frames`);
  let greeted = false;
  opened.onmessage = ({ data }) => {
    const told = JSON.parse(data);
    if (told.kind === "hello") { greeted = true; hello(told); } else if (opened === socket) answer(told);
  };
  opened.onclose = ({ code }) => {
    if (opened !== socket) return;
    if (code === ELSEWHERE) { halt("welcome"); trouble("web.elsewhere"); return; }
    trouble(greeted ? "web.lost" : "web.closed");
    setTimeout(connect, AGAIN_MS);
  };
  socket = opened;
  inFlight = 0;
  taken = [];
}

function hello(told) {
  ({ bones, language } = told);
  $("profile").replaceChildren(...told.profiles.map((name) => new Option(name, name)));
  $("profile").value = told.profile;
  $("load").value = told.load_kg ?? "";
  $("start").disabled = false;
  calm("web.lost");
  calm("web.closed");
  document.body.dataset.connected = "yes";
}

function answer(told) {
  if (told.kind === "trouble") { taken.shift(); trouble(told.key); return; }
  if (told.kind === "seen") {  // "judged" follows
    stats.seen += 1;
    calm("camera.format");
    if ("pose" in told) draw(told.pose);
    const at = taken.shift();
    if (at !== undefined && stats.delays.push(performance.now() - at) > 2000) stats.delays.shift();
    return;
  }
  inFlight = Math.max(0, inFlight - 1);
  if ("camera" in told) health(told.camera);
  if (told.now && running) show(told.now);
  if (told.rep) repDone(told.rep);
  if (told.set) setDone(told.set);
  for (const text of told.say ?? []) say(text);
  if (told.trouble) banner(told.trouble, "advice");
}

// --- camera -------------------------------------------------------------------------------------------

async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) { trouble("web.insecure"); return false; }
  const chosen = $("camera").value;
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: chosen ? { ...wanted, deviceId: { exact: chosen } } : { ...wanted, facingMode: "environment" },
    });
  } catch (error) {
    trouble({ NotAllowedError: "camera.refused", NotReadableError: "camera.busy" }[error.name] ?? "camera.absent");
    return false;
  }
  stream.getVideoTracks()[0].onended = () => { trouble("camera.lost"); again(); };
  video.srcObject = stream;
  await video.play();
  lastPictureMs = performance.now();
  await listCameras();
  nextPicture();
  return true;
}

async function listCameras() {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
  const used = stream?.getVideoTracks()[0].getSettings().deviceId;
  $("camera").replaceChildren(...cameras.map((each, i) => new Option(each.label || `${i + 1}`, each.deviceId)));
  if (used) $("camera").value = used;
}

function closeCamera() {
  for (const track of stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
  stream = null;
}

async function again() {
  closeCamera();
  while (running && !stream) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    if (running && !stream && await openCamera()) { calm(); banner(word("camera.back"), "guide"); say(word("camera.back")); }
  }
}

function nextPicture() {
  const mine = stream;
  const go = (now, about) => {
    if (!running || stream !== mine) return;
    video.requestVideoFrameCallback ? video.requestVideoFrameCallback(go) : requestAnimationFrame(go);
    lastPictureMs = performance.now();
    stats.captured += 1;
    picture(about?.captureTime ?? now);
  };
  video.requestVideoFrameCallback ? video.requestVideoFrameCallback(go) : requestAnimationFrame(go);
}

async function picture(takenMs) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (inFlight >= IN_FLIGHT) { stats.late += 1; return; }
  const to = socket;
  inFlight += 1;
  const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
  const width = Math.round(video.videoWidth * scale), height = Math.round(video.videoHeight * scale);
  if (sheet.width !== width || sheet.height !== height) Object.assign(sheet, { width, height });
  sheet.getContext("2d").drawImage(video, 0, 0, width, height);
  const blob = await new Promise((done) => sheet.toBlob(done, "image/jpeg", QUALITY));
  if (to !== socket) return;  // the connection is another by now, and counts anew
  if (!blob || to.readyState !== WebSocket.OPEN) { inFlight -= 1; return; }
  const time = new ArrayBuffer(8);
  new DataView(time).setFloat64(0, takenMs / 1000, true);
  taken.push(takenMs);
  stats.sent += 1;
  to.send(new Blob([time, blob]));
}

// --- showing ------------------------------------------------------------------------------------------

function show(now) {
  near = now.near;
  document.body.dataset.stage = now.stage;
  $("reps").textContent = now.reps;
  $("set").textContent = now.set ? word("screen.set", { number: now.set }) : "";
  for (const name of ["shin", "hip"]) $(name).textContent = now[name] ? `${now[name].value}° ± ${now[name].half}`.replace("-", "−") : "–";
  $("phase").textContent = now.phase ? word(`screen.${now.phase}`) : now.rest_s === null ? "" : word("screen.rest");
  $("phase_s").textContent = now.phase ? `${now.phase_s.toFixed(1)} s` : now.rest_s === null ? "" : clock(now.rest_s);
  $("level").style.height = `${100 * (now.height ?? 0)}%`;
  if (now.stage === "ready" || now.stage === "lifting") $("summary").hidden = true;
  if (performance.now() < cueUntilMs) return;
  if (troubled) banner(word(troubled), "trouble", 0);
  else if (now.guide) banner(now.guide, "guide", 0);
  else banner(now.stage === "ready" ? word("web.ready") : "", "guide", 0);
}

const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

function banner(text, kind, stays = CUE_MS) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
  $("banner").className = kind;
  if (stays) cueUntilMs = performance.now() + stays;
}

function repDone(rep) {
  if (rep.cue) banner(rep.cue.text, rep.cue.kind);
}

function setDone(set) {
  const earlier = sets.map((each) => `${each.title}: ${each.reps.length} ${word("screen.reps")}${each.score === null ? "" : `, ${word("screen.score")} ${each.score}`}`);
  sets.push(set);
  $("title").textContent = set.title;
  $("score").textContent = `${set.reps.length} ${word("screen.reps")} · ${set.score === null ? word("screen.no_score") : `${word("screen.score")} ${set.score}`}`;
  $("next").textContent = set.next ?? "";
  $("next").className = set.reps.some((rep) => rep.faults.length) ? "change" : "";
  $("rows").replaceChildren(...set.reps.map((rep) => {
    const row = element("tr", "");
    const faults = element("td", "", rep.faults.length ? "" : rep.score === null ? "" : "fine");
    faults.append(...rep.faults.map((fault) => element("i", fault.text, fault.form ? "" : "advice")));
    const tempo = rep.tempo.map((s) => (s === null ? "–" : s.toFixed(1))).join(" · ");
    row.append(element("td", rep.index), element("td", tempo), element("td", rep.score ?? "–"), faults);
    return row;
  }));
  $("held").replaceChildren(element("b", set.load.text), ...set.held.map((each) => element("span", each.name, each.held)));
  $("earlier").textContent = earlier.join("\n");
  banner("", "", 0);
  cueUntilMs = 0;
  $("summary").hidden = false;
}

function draw(pose) {
  const width = video.videoWidth, height = video.videoHeight;
  if (!width) return;
  if (overlay.width !== width || overlay.height !== height) Object.assign(overlay, { width, height });
  pen.clearRect(0, 0, width, height);
  if (!pose) return;
  const unit = Math.min(width, height) / 480;
  const side = (joint) => (joint % 2 ? "left" : "right");
  pen.lineCap = "round";
  if (pose.plate) {
    pen.beginPath();
    pose.plate.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](x * width, y * height));
    pen.closePath();
    pen.strokeStyle = "#f0c83c"; pen.lineWidth = 2 * unit; pen.stroke();
  }
  const far = ([a, b]) => near && side(a) !== near && side(b) !== near;
  for (const bone of [...bones].sort((one, other) => far(other) - far(one))) {
    const [from, to] = bone.map((joint) => pose.points[joint]);
    pen.beginPath();
    pen.moveTo(from[0] * width, from[1] * height);
    pen.lineTo(to[0] * width, to[1] * height);
    pen.strokeStyle = far(bone) ? "rgba(170,178,184,.55)" : "#00c896";
    pen.lineWidth = (far(bone) ? 1.5 : 3.5) * unit;
    pen.stroke();
  }
  pen.fillStyle = "#f3f5f6";
  for (const joint of new Set(bones.filter((bone) => !far(bone)).flat())) {
    if (near && side(joint) !== near) continue;
    pen.beginPath();
    pen.arc(pose.points[joint][0] * width, pose.points[joint][1] * height, 4 * unit, 0, 2 * Math.PI);
    pen.fill();
  }
}

function trouble(key) {
  if (troubled === key) return;
  troubled = key;
  $("trouble").textContent = word(key);
  if (key === "camera.slow" && performance.now() < cueUntilMs) return;  // `show` says it after the cue
  cueUntilMs = 0;
  banner(word(key), "trouble", 0);
  if (running) say(word(key));
}

const healthKeys = ["camera.black", "camera.frozen", "camera.slow"];
function health(key) {
  if (key && running) trouble(key);
  else if (!key && healthKeys.includes(troubled)) calm();
}

function calm(key) {
  if (key && troubled !== key) return;
  troubled = "";
  $("trouble").textContent = "";
  if ($("banner").className === "trouble") banner("", "", 0);
}

// --- the lifter's hand --------------------------------------------------------------------------------

async function begin() {
  calm();
  $("start").disabled = true;
  $("start").textContent = word("web.starting");
  running = true;
  window.speechSynthesis?.resume();
  if (await openCamera()) {
    $("summary").hidden = true;
    document.body.dataset.stage = "framing";
    $("stop").textContent = word("web.stop");
    wake = await navigator.wakeLock?.request("screen").catch(() => null);  // a phone must not fall asleep
  } else running = false;
  $("start").disabled = false;
  $("start").textContent = word("web.start");
}

function halt(stage) {
  running = false;
  closeCamera();
  pen.clearRect(0, 0, overlay.width, overlay.height);
  wake?.release().catch(() => null);
  video.srcObject = null;
  document.body.dataset.stage = stage;
  $("stop").textContent = word("web.start");
}

function ask(what) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  inFlight += 1;
  socket.send(JSON.stringify(what));
}

$("start").onclick = begin;
$("stop").onclick = () => {
  if (!running) { begin(); return; }
  ask({ do: "stop" });
  halt("stopped");
  banner("", "", 0);
  if (sets.length) $("summary").hidden = false;
};
$("load").onchange = () => ask({ do: "load", kg: $("load").value === "" ? null : $("load").valueAsNumber });
$("profile").onchange = () => ask({ do: "profile", name: $("profile").value });
$("camera").onchange = async () => { closeCamera(); await openCamera(); };
for (const name of ["mirror", "voice"]) {
  const kept = localStorage.getItem(name);
  if (kept !== null) $(name).checked = kept === "yes";
  $(name).addEventListener("change", () => localStorage.setItem(name, $(name).checked ? "yes" : "no"));
}
const turn = () => $("picture").classList.toggle("mirrored", $("mirror").checked);
$("mirror").addEventListener("change", turn);
$("voice").addEventListener("change", () => { if (!$("voice").checked) window.speechSynthesis?.cancel(); });
document.addEventListener("visibilitychange", async () => {
  if (running && !document.hidden) wake = await navigator.wakeLock?.request("screen").catch(() => null);
});
setInterval(() => {
  if (running && stream && !document.hidden && performance.now() - lastPictureMs > FROZEN_MS) trouble("camera.frozen");
}, 500);

for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
turn();
history.replaceState(null, "", "/");  // the token works once; it need not stay in the address bar
connect();
