// Camera: frame by frame through the network, as fast as it goes; each is shown beside the frame that it was made from.

const FINE = 256, ROUGH = 160;  // pixels of a frame's shorter side; the second one where the first is too slow
const TOO_SLOW = 8;  // frames a second

function makeCamera(stage, { settings, labels, tell, keep, facts, view }) {
  const video = make("video", { muted: true, playsInline: true }), canvas = make("canvas"), pen = canvas.getContext("2d");
  const start = find(".start"), stop = find(".filming .stop"), freeze = find(".freeze"), turn = find(".turn"), mirror = find(".mirror"), rate = find(".rate");
  let stream = null, turns = 0, side = FINE, cameras = [], camera = 0;

  function buttons() {
    start.hidden = Boolean(stream);
    stop.hidden = freeze.hidden = !stream;
    turn.hidden = !stream || cameras.length < 2;
    if (!stream) rate.textContent = "";
  }
  const sentence = (error) => ({
    NotAllowedError: "The camera was refused; allow it for this page in the browser's address bar, then press Start again.",
    NotFoundError: "There is no camera on this device.",
    OverconstrainedError: "There is no such camera on this device.",
    NotReadableError: "The camera is used by another program; close that one, then press Start again.",
  })[error.name] ?? `The camera cannot be used: ${error.message || error.name}.`;

  async function begin(device) {
    if (!navigator.mediaDevices?.getUserMedia) {
      tell("Browsers give the camera only to pages from this machine (localhost) or over https; open the page that way.", "error");
      return;
    }
    end();
    const mine = ++turns;
    let found;
    try {
      const wanted = device ? { deviceId: { exact: device } } : { facingMode: "user" };
      found = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...wanted, width: { ideal: 640 }, height: { ideal: 480 } } });
      if (mine !== turns) { for (const track of found.getTracks()) track.stop(); return; }
      stream = found;
      video.srcObject = stream;
      await video.play();
      cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
    } catch (error) { if (mine === turns) { end(); tell(sentence(error), "error"); } return; }
    stream.getVideoTracks()[0].addEventListener("ended", () => { if (mine === turns) { end(); tell("The camera was taken away; press Start to go on."); } });
    tell("");
    side = FINE;
    buttons();
    film(mine);
  }
  function end() {
    turns += 1;
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
    buttons();
  }

  // A frame is taken and sent when the one before it has come back, and travels while that one is drawn: nothing is ever late.
  async function film(mine) {
    const drawn = [], send = () => { const before = take(); return { before, look: { ratio: canvas.width / canvas.height, width: 640 }, answer: before && ask("frame", { ...settings(), picture: before }) }; };
    let coming = null;
    while (mine === turns && element.isConnected) {
      if (document.hidden || element.offsetParent === null) { coming = null; await new Promise((done) => setTimeout(done, 300)); continue; }
      const { before, look, answer } = coming ?? send();
      coming = null;
      try {
        const made = await answer;
        if (mine !== turns) return;
        if (made) {
          coming = send();
          coming.answer?.catch(() => {});
          await show(before, made.after, look);
        }
      } catch (error) { if (mine === turns) { end(); tell(error.message, "error"); } return; }
      await new Promise(requestAnimationFrame);
      if (!before) continue;  // the camera is still opening its eye
      drawn.push(performance.now());
      while (drawn[0] < performance.now() - 2000) drawn.shift();
      const seconds = (drawn.at(-1) - drawn[0]) / 1000, frames = seconds > 0 ? (drawn.length - 1) / seconds : 0;
      if (drawn.length > 3) rate.textContent = `${frames.toFixed(frames < 10 ? 1 : 0)} frames a second`;
      if (drawn.length > 8 && frames < TOO_SLOW) side = ROUGH;
      rate.dataset.frames = String(Number(rate.dataset.frames ?? 0) + 1);
    }
  }
  function take() {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width || !height) return null;
    const factor = Math.min(1, side / Math.min(width, height));
    canvas.width = Math.round(width * factor);
    canvas.height = Math.round(height * factor);
    pen.setTransform(mirror.checked ? -1 : 1, 0, 0, 1, mirror.checked ? canvas.width : 0, 0);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.9);
  }
  async function show(before, after, look) {
    const image = new Image();
    image.src = after;
    await image.decode();  // both sides change in one frame
    const { from, to } = labels();
    const both = { before, after, title: to, left: from, text: "The camera's picture, translated" };
    stage.show(view() === "slider" ? [{ ...both, kind: "compare" }] : [{ kind: "plain", before, after: before, title: from }, { ...both, kind: "blend" }], look);
  }

  start.addEventListener("click", () => begin());
  stop.addEventListener("click", end);
  turn.addEventListener("click", () => { camera = (camera + 1) % cameras.length; begin(cameras[camera].deviceId); });
  freeze.addEventListener("click", () => {
    side = Math.max(video.videoWidth, video.videoHeight);  // every pixel of it
    take();
    canvas.toBlob((blob) => keep(new File([blob], "camera.png", { type: "image/png" })));
  });
  buttons();
  return {
    enter() {
      stage.show([{ kind: "plain", element: make("p", { class: "idle" }, "Start the camera: every frame is translated, as fast as this machine can.") }], { ratio: 4 / 3, width: 640 });
      facts("");
    },
    leave: end,
  };
}
