/**
 * Camera: frame by frame through the network, as fast as possible; each is shown beside the frame that it was made from.
 *
 * @import { SmallPictureResponse, Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Tab } from "./drawing.js"
 * @import { Stage } from "./stage.js"
 */
import { make } from "../shared/dom.js";
import { FINE, FrameRate, ROUGH, cameraSentence, frameSize } from "./camera-state.js";
import { directPanes } from "./views-state.js";

/** What is asked of a camera, in pixels. */
const SIZE = Object.freeze({ width: { ideal: 640 }, height: { ideal: 480 } });
const WIDTH = 640;
/** Milliseconds between two checks whether the page can be seen again. */
const HIDDEN = 300;
const INSECURE =
  "Browsers give the camera only to pages from this machine (localhost) or over https; open the page that way.";

/**
 * @typedef {object} Coming a frame that was sent
 * @property {string | null} before null while the camera opens
 * @property {{ ratio: number, width: number }} frame
 * @property {Promise<SmallPictureResponse> | null} response
 */

export class CameraMode {
  #video = make("video", { muted: true, playsInline: true });
  #canvas = make("canvas");
  #drawing = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  /** @type {MediaStream | null} */
  #stream = null;
  /** Counts starts and stops: what belongs to an earlier one is dropped. */
  #turn = 0;
  #side = FINE;
  /** @type {MediaDeviceInfo[]} */
  #cameras = [];
  #camera = 0;
  #context;
  #stage;
  #tab;
  #view;
  #parts;

  /** @param {Context<Translate>} context @param {Stage} stage @param {Tab} tab @param {() => string} view */
  constructor(context, stage, tab, view) {
    const { find } = context;
    this.#context = context;
    this.#stage = stage;
    this.#tab = tab;
    this.#view = view;
    this.#parts = {
      start: find("button.start"),
      stop: find(".filming button.stop"),
      freeze: find("button.freeze"),
      turn: find("button.turn"),
      mirror: find("input.mirror"),
      rate: find("span.rate"),
    };
    const { start, stop, freeze, turn } = this.#parts;
    start.addEventListener("click", () => this.#begin());
    stop.addEventListener("click", () => this.leave());
    freeze.addEventListener("click", () => this.#keepPicture());
    turn.addEventListener("click", () => {
      this.#camera = (this.#camera + 1) % this.#cameras.length;
      this.#begin(this.#cameras[this.#camera].deviceId);
    });
    context.signal.addEventListener("abort", () => this.leave());
    this.#showButtons();
  }

  enter() {
    const text = "Start the camera: every frame is translated, as fast as this machine can.";
    const element = make("p", { class: "idle" }, text);
    this.#stage.show([{ kind: "plain", element }], { ratio: 4 / 3, width: WIDTH });
    this.#tab.facts("");
  }

  leave() {
    this.#turn += 1;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#showButtons();
  }

  #showButtons() {
    const { start, stop, freeze, turn, rate } = this.#parts;
    const on = this.#stream !== null;
    start.hidden = on;
    stop.hidden = !on;
    freeze.hidden = !on;
    turn.hidden = !on || this.#cameras.length < 2;
    if (!on) rate.textContent = "";
  }

  /** @param {string} [device] */
  async #begin(device) {
    if (!navigator.mediaDevices?.getUserMedia) {
      this.#tab.say(INSECURE, "error");
      return;
    }
    this.leave();
    const turn = ++this.#turn;
    try {
      if (!(await this.#open(turn, device))) return;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.leave();
      this.#tab.say(cameraSentence(/** @type {Error} */ (error)), "error");
      return;
    }
    this.#stream?.getVideoTracks()[0].addEventListener("ended", () => {
      if (turn !== this.#turn) return;
      this.leave();
      this.#tab.say("The camera was taken away; press Start to go on.");
    });
    this.#tab.say("");
    this.#side = FINE;
    this.#showButtons();
    this.#film(turn);
  }

  /** @param {number} turn @param {string} [device] @returns whether it is still wanted */
  async #open(turn, device) {
    const wanted = device ? { deviceId: { exact: device } } : { facingMode: "user" };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...wanted, ...SIZE } });
    if (turn !== this.#turn) {
      for (const track of stream.getTracks()) track.stop();
      return false;
    }
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#cameras = devices.filter(({ kind }) => kind === "videoinput");
    return true;
  }

  /**
   * A frame is taken and sent when the one before it has come back, and travels while that one is drawn: nothing is late.
   *
   * @param {number} turn
   */
  async #film(turn) {
    const rate = new FrameRate();
    /** @type {Coming | null} */
    let coming = null;
    while (turn === this.#turn) {
      if (!this.#context.visible()) {
        coming = null;
        await new Promise((resolve) => setTimeout(resolve, HIDDEN));
        continue;
      }
      /** @type {Coming} */
      const { before, frame, response } = coming ?? this.#send();
      coming = null;
      try {
        const made = await response;
        if (turn !== this.#turn) return;
        if (before && made) {
          coming = this.#send();
          coming.response?.catch(() => {}); // it is awaited later
          await this.#show(before, made.after, frame);
        }
      } catch (error) {
        if (turn === this.#turn) {
          this.leave();
          this.#tab.say(/** @type {Error} */ (error).message, "error");
        }
        return;
      }
      await new Promise(requestAnimationFrame);
      if (before) this.#count(rate);
    }
  }

  /** @param {FrameRate} rate */
  #count(rate) {
    const { rate: shown } = this.#parts;
    rate.add(performance.now());
    if (rate.text) shown.textContent = rate.text;
    if (rate.isTooSlow) this.#side = ROUGH;
    shown.dataset.frames = String(Number(shown.dataset.frames ?? 0) + 1);
  }

  /** @returns {Coming} */
  #send() {
    const before = this.#take();
    const frame = { ratio: this.#canvas.width / this.#canvas.height, width: WIDTH };
    const response = before ? this.#context.ask("frame", { ...this.#tab.settings(), picture: before }) : null;
    return { before, frame, response };
  }

  #take() {
    const { videoWidth, videoHeight } = this.#video;
    if (!videoWidth || !videoHeight) return null;
    Object.assign(this.#canvas, frameSize(videoWidth, videoHeight, this.#side));
    const { width, height } = this.#canvas;
    const mirrored = this.#parts.mirror.checked;
    this.#drawing.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? width : 0, 0);
    this.#drawing.drawImage(this.#video, 0, 0, width, height);
    return this.#canvas.toDataURL("image/jpeg", 0.9);
  }

  /** @param {string} before @param {string} after @param {{ ratio: number, width: number }} frame */
  async #show(before, after, frame) {
    const image = new Image();
    image.src = after;
    await image.decode(); // both sides change in one frame
    const panes = directPanes(this.#view(), { before, after }, this.#tab.labels(), "The camera's picture, translated");
    this.#stage.show(panes, frame);
  }

  /** A frame with every pixel becomes a picture. */
  #keepPicture() {
    this.#side = Math.max(this.#video.videoWidth, this.#video.videoHeight);
    this.#take();
    this.#canvas.toBlob((blob) => {
      if (blob) this.#tab.keep(new File([blob], "camera.png", { type: "image/png" }));
    });
  }
}
