/**
 * A film: every frame translated on the server, then played beside the one that it was made from, in step.
 *
 * @import { FilmTranslationResponse, Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Choice } from "./models-state.js"
 * @import { Settings } from "./request-state.js"
 * @import { Stage } from "./stage.js"
 * @import { WorkCard } from "./work-card.js"
 */
import { make } from "../shared/dom.js";
import { shareText } from "./batch-state.js";
import { sendFile } from "./files.js";
import { newJob } from "./request-state.js";

/** Seconds that two films may be apart, and milliseconds between two requests for the progress. */
const APART = 0.08;
const INTERVAL = 400;

/**
 * @typedef {object} FilmTab
 * @property {() => Settings} settings
 * @property {(choice: Choice) => { from: string, to: string }} labels
 * @property {(text: string, kind?: "info" | "error") => void} say
 * @property {(line: string, notes?: string[]) => void} facts
 */

export class FilmMode {
  /** The job of the newest film. */
  #newest = "";
  /** What was sent last. @type {{ path: string, name: string } | null} */
  #source = null;
  #context;
  #stage;
  #card;
  #tab;
  #smoothing;

  /** @param {Context<Translate>} context @param {Stage} stage @param {WorkCard} card @param {FilmTab} tab */
  constructor(context, stage, card, tab) {
    this.#context = context;
    this.#stage = stage;
    this.#card = card;
    this.#tab = tab;
    this.#smoothing = context.find(".smoothing input");
    const output = context.find(".smoothing output");
    this.#smoothing.addEventListener("input", () => (output.textContent = `${this.#smoothing.value} %`));
  }

  /** @param {File} file */
  async take(file) {
    if (this.#newest) this.#cancel(this.#newest);
    const work = this.#card.begin(() => {}, null);
    this.#card.show(work, `${file.name}: sending …`, 0);
    try {
      this.#source = await sendFile(this.#context.upload, file);
    } catch (error) {
      this.#card.end(work, `${file.name}: not sent`, 0);
      this.#tab.say(/** @type {Error} */ (error).message, "error");
      return;
    }
    await this.again();
  }

  /** Translates the last film, with the settings as they are now. */
  async again() {
    const source = this.#source;
    if (!source) return;
    const job = newJob();
    this.#newest = job;
    const settings = this.#tab.settings();
    const words = `${source.name}: translating`;
    const work = this.#card.begin(
      () => this.#cancel(job),
      () => this.again(),
    );
    this.#card.show(work, `${words} …`, 0);
    const end = this.#watch(job, (share) => {
      if (this.#card.isRunning(work)) this.#card.show(work, shareText(words, share), share);
    });
    this.#stage.isBusy = true;
    try {
      const smoothing = Number(this.#smoothing.value) / 100;
      const response = await this.#context.ask("film", { ...settings, source, smoothing, job });
      if (this.#newest !== job) return;
      if ("cancelled" in response) this.#card.end(work, "Cancelled; nothing was changed.", 0);
      else {
        this.#show(response, settings);
        this.#card.end(work, `${source.name}: translated`, 1);
        this.#card.offer(work, response, "Download film");
      }
    } catch (error) {
      if (this.#newest !== job) return;
      this.#card.end(work, `${source.name}: not possible`, 0);
      this.#tab.say(/** @type {Error} */ (error).message, "error");
    } finally {
      end();
      if (this.#newest === job) this.#stage.isBusy = false;
    }
  }

  /** @param {string} job */
  #cancel(job) {
    this.#context.ask("job_cancel", { job }).catch(() => {}); // its end is not waited for
  }

  /** @param {string} job @param {(share: number) => void} show @returns {() => void} ends it */
  #watch(job, show) {
    const { after, ask } = this.#context;
    let going = true;
    const check = async () => {
      if (!going) return;
      try {
        const { share } = await ask("job_progress", { job });
        if (going) show(share);
      } catch {
        /* the response itself will say what is wrong */
      }
      after(INTERVAL, check);
    };
    after(INTERVAL, check);
    return () => {
      going = false;
    };
  }

  /** @param {FilmTranslationResponse} response @param {Settings} settings */
  #show({ before, url, width, height, line, notes }, settings) {
    const { from, to } = this.#tab.labels(settings);
    const original = makePlayer(before, `Original film: ${from}`);
    const made = makePlayer(url, `Translated film: ${to}`);
    playTogether(original, made);
    this.#stage.show(
      [
        { kind: "plain", element: original, title: from },
        { kind: "plain", element: made, title: to },
      ],
      { ratio: width / height, width, film: true },
    );
    made.play().catch(() => {}); // a browser may not play by itself
    this.#tab.facts(line, notes);
  }
}

/** @param {string} src @param {string} label */
function makePlayer(src, label) {
  const player = make("video", { src, loop: true, muted: true, playsInline: true, "aria-label": label });
  player.setAttribute("controls", "");
  return player;
}

/** The original follows the translation: started, stopped and moved with it. */
function playTogether(/** @type {HTMLVideoElement} */ original, /** @type {HTMLVideoElement} */ made) {
  const follow = () => {
    if (Math.abs(original.currentTime - made.currentTime) > APART) original.currentTime = made.currentTime;
  };
  original.removeAttribute("controls");
  made.addEventListener("play", () => {
    follow();
    original.play().catch(() => {}); // a browser may not play by itself
  });
  made.addEventListener("pause", () => {
    original.pause();
    follow();
  });
  for (const type of ["seeking", "timeupdate"]) made.addEventListener(type, follow);
}
