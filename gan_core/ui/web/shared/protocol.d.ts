/**
 * The protocol between page and server, generated from the models of gan_core/ui by `python -m gan_core.ui.declarations`.
 * Do not edit.
 */

/** The published models. */
export interface CatalogueResponse {
  published: PublishedModel[];
  /** Bytes of each file, about. */
  about: number;
  /** Whose work they are, and what one may do with it. */
  note: string;
}

/** Renames an imported model. */
export interface ChangeRequest {
  name: string;
  /** Its new name. */
  to: string;
  /** What the domains A and B of a translator are called from now on. */
  domains?: string[];
}

/** The model as it is called now. */
export interface ChangeResponse {
  name: string;
  title: string;
  kind: "generator" | "translator";
  /** What was recognised in its file. */
  sentence: string;
}

/** What the app computes on. */
export interface DeviceResponse {
  /** In words, such as `CPU, 2 threads, bfloat16`. */
  text: string;
}

/** A direction that a translator knows. */
export interface DirectionChoice {
  id: "AtoB" | "BtoA";
  /** In words, such as `horse → zebra`. */
  label: string;
}

/** Deletes an imported model; `confirmed` repeats its name. */
export interface DiscardRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  name: string;
}

/** What was asked for is done. */
export interface DoneResponse {
  done: boolean;
}

/** Nothing is asked for in particular. */
export interface EmptyRequest {}

/** Nothing is to be said. */
export interface EmptyResponse {}

/** Imports files that were dropped into the page. */
export interface ImportRequest {
  files: UploadedFile[];
}

/** What became of the dropped files. */
export interface ImportResponse {
  models: ImportedModel[];
  /** A sentence for each file that cannot be imported. */
  refused: string[];
}

/** A model after it was imported or changed. */
export interface ImportedModel {
  name: string;
  title: string;
  kind: "generator" | "translator";
  /** What was recognised in its file. */
  sentence: string;
}

/** A request about a piece of work (see `gan_core.ui.jobs`). */
export interface JobRequest {
  job: string;
}

/** How far a piece of work is. */
export interface JobResponse {
  /** From 0 to 1. */
  share: number;
}

/** Asks for the cards of all models and runs. */
export interface ListingRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
}

/** All models and runs, in the order shown. */
export interface ListingResponse {
  /** Those that are shipped. */
  models: ModelCard[];
  imported: ModelCard[];
  runs: RunCard[];
  /** Sentences about files and folders that cannot be used. */
  problems: string[];
  /** Where the runs are; empty for a page on another machine. */
  folder: string;
}

/** A model as its card in the list shows it. */
export interface ModelCard {
  /** As `load_model` takes it. */
  name: string;
  title: string;
  kind: "generator" | "translator";
  imported: boolean;
  /** Name of its file, without the ending. */
  file: string;
  /** What a translator's two domains, `A` and `B`, are called. */
  domains: Record<string, string>;
  ways: DirectionChoice[];
  rows: [string, string][];
  notes: string[];
}

/** Asks for a model as an ONNX file. */
export interface OnnxRequest {
  name: string;
  /** The direction of a translator that the file is to hold. */
  direction?: "AtoB" | "BtoA" | null;
}

/** An ONNX file. */
export interface OnnxResponse {
  /** Where it can be fetched, relative to the page. */
  url: string;
  name: string;
  /** Its size, and how closely it follows torch, in words. */
  line: string;
}

/** A published model, and how far its download is. */
export interface PublishedModel {
  name: string;
  /** It translates the first into the second. */
  domains: [string, string];
  /** Whose terms the pictures that it learned from are under. */
  terms: string;
  /** Its name among the imported models; null while it is not here. */
  model: string | null;
  state: "idle" | "loading" | "failed";
  /** Bytes that have arrived. */
  done?: number | null;
  /** Bytes in all; 0 while that is not known. */
  total?: number | null;
  /** Why the download has failed. */
  error?: string | null;
}

/** Names a published model. */
export interface PublishedRequest {
  name: string;
}

/** Lets an ended run go on. */
export interface ResumeRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run: string;
  /** Steps to go on by; null goes on as far as was asked before. */
  more?: number | null;
}

/** A run as its card in the list shows it. */
export interface RunCard {
  name: string;
  /** Name of its newest model; null for a run that has none yet. */
  model: string | null;
  /** Name of its best model. */
  best: string | null;
  kind: "generator" | "translator";
  state: string;
  /** Whether it is being trained now. */
  active: boolean;
  /** Whether Explore can show it while it is being trained. */
  live?: boolean;
  finished: boolean;
  /** Whether the browser that asks started it; missing for a run that cannot be read. */
  mine?: boolean | null;
  rows: [string, string][];
  notes: string[];
}

/** A request that changes a run. */
export interface RunRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run: string;
}

/** The run that a request was about. */
export interface RunResponse {
  run: string;
}

/** Asks for a picture of what a model makes. */
export interface ThumbnailRequest {
  /** Of a model, or of a run with `runs/` before it. */
  name: string;
}

/** A picture of a model. */
export interface ThumbnailResponse {
  /** As a data URL; null where there is none yet. */
  picture: string | null;
}

/** A file that the page has uploaded. */
export interface UploadedFile {
  /** Where gradio keeps it. */
  path: string;
  /** What it is called where it comes from; empty for the name that gradio gave it. */
  name?: string;
}

/** The server functions of #bring. */
export type Bring = {
  bring: { request: ImportRequest; response: ImportResponse };
  catalogue: { request: EmptyRequest; response: CatalogueResponse };
  fetch: { request: PublishedRequest; response: DoneResponse };
  stop: { request: PublishedRequest; response: DoneResponse };
};

/** The server functions of #explore. */
export type Explore = {
  job_cancel: { request: JobRequest; response: EmptyResponse };
  job_progress: { request: JobRequest; response: JobResponse };
};

/** The server functions of #header. */
export type Header = { device: { request: EmptyRequest; response: DeviceResponse } };

/** The server functions of #shelf. */
export type Shelf = {
  cancel: { request: RunRequest; response: DoneResponse };
  change: { request: ChangeRequest; response: ChangeResponse };
  delete: { request: RunRequest; response: DoneResponse };
  discard: { request: DiscardRequest; response: DoneResponse };
  listing: { request: ListingRequest; response: ListingResponse };
  onnx: { request: OnnxRequest; response: OnnxResponse };
  resume: { request: ResumeRequest; response: RunResponse };
  thumbnail: { request: ThumbnailRequest; response: ThumbnailResponse };
};

/** The server functions of #translate. */
export type Translate = {
  bring: { request: ImportRequest; response: ImportResponse };
  job_cancel: { request: JobRequest; response: EmptyResponse };
  job_progress: { request: JobRequest; response: JobResponse };
};
