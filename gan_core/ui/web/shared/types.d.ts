/** Types that the modules share. Nothing of this file reaches the browser. */
import type { ListedRun, Room } from "./protocol.js";

/** The server functions of one component, by name: what each is sent and what it sends back. */
export type Functions = Record<string, { request: any; response: any }>;

/** What gradio hands to the script of a `gr.HTML`. */
export interface Gradio {
  element: HTMLElement;
  /** The component's value and the options given in Python; gradio keeps them current. */
  props: Record<string, any>;
  server: Record<string, (request: object) => Promise<any>>;
  /** Fires an event of the component that Python listens to. */
  trigger: (event: string, data?: object) => void;
  upload: (file: File) => Promise<{ path: string; url?: string } | null>;
  /** Calls the handler after one of these props was changed from Python. */
  watch: (names: string | string[], handler: () => void) => void;
}

/** The element type that the last part of a CSS selector names by its tag: `ElementOf<"td input.kind">` is an input. */
export type ElementOf<Selector extends string> = Selector extends `${string} ${infer Rest}`
  ? ElementOf<Rest>
  : TagOf<Selector> extends keyof HTMLElementTagNameMap
    ? HTMLElementTagNameMap[TagOf<Selector>]
    : TagOf<Selector> extends "svg"
      ? SVGSVGElement
      : HTMLElement;

type TagOf<Selector extends string> = Selector extends `${infer Tag}#${string}`
  ? TagOf<Tag>
  : Selector extends `${infer Tag}.${string}`
    ? TagOf<Tag>
    : Selector extends `${infer Tag}[${string}`
      ? TagOf<Tag>
      : Selector extends `${infer Tag}:${string}`
        ? Tag
        : Selector;

export type NoticeKind = "info" | "warning" | "error";

/** What the setup of a component gets: gradio's part, and helpers that end with the component. */
export interface Context<F extends Functions = any> extends Omit<Gradio, "server"> {
  /** Aborted when the component leaves the page: pass it to `addEventListener` and `fetch`. */
  signal: AbortSignal;
  /** The element of this component that the selector names; throws where there is none. */
  find: <Selector extends string>(selector: Selector) => ElementOf<Selector>;
  findAll: <Selector extends string>(selector: Selector) => ElementOf<Selector>[];
  /** Asks a server function; throws an Error with a sentence where it cannot answer. */
  ask: <Name extends keyof F & string>(name: Name, request?: F[Name]["request"]) => Promise<F[Name]["response"]>;
  /** One request in flight, the newest one next (see requests.js); without `fail` an error is said as a notice. */
  latestWins: <Request, Response>(
    send: (request: Request) => Promise<Response>,
    show: (response: Response, request: Request) => void,
    fail?: (error: Error, request: Request) => void,
  ) => (request: Request) => Promise<void>;
  /** Calls `step` again and again, `pause()` milliseconds apart, while the component can be seen. */
  every: (pause: () => number, step: () => unknown) => void;
  /** Calls `action` once, after so many milliseconds; returns a function that cancels it. */
  after: (milliseconds: number, action: () => void) => () => void;
  /** Listens to an event of the page (see events.js). */
  subscribe: <Name extends keyof PageEvents>(name: Name, handler: (detail: PageEvents[Name]) => void) => void;
  /** Calls `handler` when the size of `target` changes, or the page turns light or dark. */
  onResize: (target: Element, handler: () => void) => void;
  /** Says something in the component's `[data-notice]`, or at the foot of the page; an empty text takes it back. */
  notice: (text: string, kind?: NoticeKind) => void;
  /** Whether a person can see the component now. */
  visible: () => boolean;
}

/** The events by which components of the page speak to each other: name and detail. */
export interface PageEvents {
  /** A recipe was chosen in the Train form. */
  "recipe-chosen": { name: string };
  /** A recipe is to be chosen in the Train form. */
  "choose-recipe": { name: string };
  /** The model that the next training starts from, or none; `chosen` where a person chose it just now. */
  "start-model": { name: string | null; chosen: boolean };
  /** The settings behind "Advanced" changed; `byHand` where a person did it. */
  "settings-changed": { recipe: string; settings: Record<string, unknown>; byHand: boolean };
  /** Sets these settings of the Train form, by the keys of Recipe.with_settings. */
  "apply-settings": { settings: Record<string, unknown> };
  /** The Lab sends its parts to the Train form, by kind. */
  "lab-settings": { settings?: Record<string, any>; recipe?: string };
  /** The Train form takes what this browser kept, or its defaults. */
  "restore-form": Record<string, any>;
  /** The data sets that are chosen in the Train form, by slot. */
  "data-chosen": Record<string, string>;
  /** Files were dropped on the Train tab for one slot. */
  "files-dropped": { slot: string; files: File[] };
  /** The part of a slot that takes a person's own pictures opens. */
  "open-own-pictures": { slot: string };
  /** A training was started on this page. */
  "run-started": { run: string };
  /** The list of runs, and whether there is room for another one. */
  "runs-listed": { runs: ListedRun[]; room?: Room | null };
  /** The Train tab shows this run. */
  "show-run": { name: string };
  /** A model was added, renamed or removed. */
  "models-changed": undefined;
  /** A tab is given a model (see navigation.js). */
  arrival: undefined;
  /** The app answers again after it was gone. */
  back: undefined;
}
