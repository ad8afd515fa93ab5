/**
 * The protocol between page and server, generated from the models of gan_core/ui by `python -m gan_core.ui.declarations`.
 * Do not edit.
 */

/** Picture and translation with all of their pixels. */
export interface AllPixelsResponse {
  /** Address of the picture, relative to the page. */
  before: string;
  after: string;
}

/** Translates one picture of a batch. */
export interface BatchPictureRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: ExampleSource | UploadSource;
  job?: string | null;
  strength?: number;
  batch: string;
  /** Path of the picture in what was dropped; its folders are kept in the zip. */
  inside?: string | null;
}

/** One translated picture of a batch. */
export interface BatchPictureResponse {
  /** Its path in the zip. */
  name: string;
  notes: string[];
  /** A thumbnail, as a data URL. */
  before: string;
  after: string;
}

/** Names a batch. */
export interface BatchRequest {
  batch: string;
}

/** A new batch. */
export interface BatchResponse {
  batch: string;
}

/** Where the zip of a batch can be fetched. */
export interface BatchZipResponse {
  /** Relative to the page. */
  url: string;
  name: string;
  /** Pictures in it. */
  count: number;
}

/** The job of the request was cancelled. */
export interface CancelledResponse {
  cancelled: true;
}

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

/** Lines of Python. */
export interface CodeResponse {
  code: string;
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

/** What the two kinds of pictures of a translator are called. */
export interface DomainNames {
  A: string;
  B: string;
}

/** What was asked for is done. */
export interface DoneResponse {
  done: boolean;
}

/** A dropped file before it is sent. */
export interface DroppedFile {
  name?: string;
  /** Its first `HEAD` bytes as base64. */
  head?: string;
}

/** Nothing is asked for in particular. */
export interface EmptyRequest {}

/** Nothing is to be said. */
export interface EmptyResponse {}

/** One of our pictures, to begin with. */
export interface ExamplePicture {
  id: string;
  /** The kind of picture that it is, such as `summer`. */
  domain: string;
  title: string;
  /** A small version, as a data URL. */
  picture: string;
}

/** One of our example pictures. */
export interface ExampleSource {
  /** Its `id`. */
  example: string;
}

/** Asks what dropped files are. */
export interface FileKindsRequest {
  files: DroppedFile[];
}

/** What dropped files are, in their order. */
export interface FileKindsResponse {
  kinds: ("film" | "zip" | "picture")[];
}

/** Asks which of these dropped files can be translated. */
export interface FileNamesRequest {
  names: string[];
}

/** The files that can be translated. */
export interface FileNamesResponse {
  kept: string[];
  /** How many are left out, in words; empty for none. */
  line: string;
}

/** A file that can be fetched. */
export interface FileResponse {
  /** Relative to the page. */
  url: string;
  name: string;
}

/** Translates a film. */
export interface FilmTranslationRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: UploadedFile;
  /** Over time; the accepted range is that of `translate_video`. */
  smoothing?: number;
  job?: string | null;
}

/** A translated film. */
export interface FilmTranslationResponse {
  /** Relative to the page. */
  url: string;
  name: string;
  /** Address of the film that it was made from, relative to the page. */
  before: string;
  width: number;
  height: number;
  /** Its frames and the time that they took, in words. */
  line: string;
  notes: string[];
}

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

/** A translator that can be chosen. */
export interface ListedTranslator {
  /** Its name, as `load_model` takes it. */
  id: string;
  /** Heading under which it is listed. */
  group: string;
  /** Its title, and the size that it was trained at, in words. */
  line: string;
  /** Side of the pictures that it was trained on; 0 where that is not known. */
  size: number;
  domains: DomainNames;
  directions: DirectionChoice[];
  /** The domains whose discriminator came with the model. */
  discriminators: ("A" | "B")[];
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

/** Translates a small picture that comes in the request itself. */
export interface SmallPictureRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  /** As a data URL: a sketch, a frame of the camera, or a reduced photograph. */
  picture: string;
}

/** A small translation. */
export interface SmallPictureResponse {
  /** As a data URL. */
  after: string;
  /** That the network took. */
  milliseconds: number;
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

/** Asks for the translation as a file. */
export interface TranslationFileRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: ExampleSource | UploadSource;
  job?: string | null;
  strength?: number;
}

/** A picture, and a small translation of it. */
export interface TranslationPreviewResponse {
  /** Of the picture. */
  width: number;
  height: number;
  /** Whether the picture has an alpha channel. */
  transparent: boolean;
  /** As a data URL, at most `SHOWN_SIDE` pixels long. */
  before: string;
  after: string;
}

/** Names a picture and how it is translated. */
export interface TranslationRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: ExampleSource | UploadSource;
  job?: string | null;
}

/** Asks for the translators and the examples. */
export interface TranslatorListRequest {
  /** Of the list that the page has already. */
  version?: string | null;
}

/** The translators and examples; only the version where the page has this one already. */
export interface TranslatorListResponse {
  version: string;
  models?: ListedTranslator[];
  examples?: ExamplePicture[];
}

/** Names a translator, and how it is used. */
export interface TranslatorRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
}

/** A picture that the page has uploaded, or one in an uploaded zip. */
export interface UploadSource {
  /** Where gradio keeps it. */
  path: string;
  /** What it is called where it comes from; empty for the name that gradio gave it. */
  name?: string;
  /** Path of the picture in the zip. */
  entry?: string | null;
}

/** A file that the page has uploaded. */
export interface UploadedFile {
  /** Where gradio keeps it. */
  path: string;
  /** What it is called where it comes from; empty for the name that gradio gave it. */
  name?: string;
}

/** One picture of a view. */
export interface ViewPane {
  title: string;
  /** As a data URL. */
  picture: string;
  /** What stands under it. */
  note: string;
}

/** Asks for a view of a translation that the server draws. */
export interface ViewRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: ExampleSource | UploadSource;
  job?: string | null;
  view: "difference" | "cycle" | "discriminator";
}

/** A view: its pictures from left to right. */
export interface ViewResponse {
  /** The number that belongs to it, in words. */
  line: string;
  panes: ViewPane[];
}

/** Asks for the whole translation. */
export interface WholeTranslationRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  source: ExampleSource | UploadSource;
  job?: string | null;
  /** Whether the page has the picture already, so that it need not be sent. */
  before_known?: boolean;
}

/** A whole translation, and what should be known about it. */
export interface WholeTranslationResponse {
  /** The picture as a data URL; missing where it is known. */
  before?: string | null;
  after: string;
  width: number;
  height: number;
  transparent: boolean;
  /** Of the file that can be downloaded. */
  name: string;
  /** Its size, and the time that it took, in words. */
  line: string;
  notes: string[];
}

/** Asks for the pictures in a zip that the page has uploaded. */
export interface ZipEntriesRequest {
  path: string;
  name?: string;
}

/** The pictures in a zip, by their paths there. */
export interface ZipEntriesResponse {
  entries: string[];
  /** How many files are left out, in words; empty for none. */
  left_out: string;
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
  begin: { request: EmptyRequest; response: BatchResponse };
  bring: { request: ImportRequest; response: ImportResponse };
  convert: { request: BatchPictureRequest; response: BatchPictureResponse | CancelledResponse };
  file: { request: TranslationFileRequest; response: FileResponse | CancelledResponse };
  film: { request: FilmTranslationRequest; response: FilmTranslationResponse | CancelledResponse };
  frame: { request: SmallPictureRequest; response: SmallPictureResponse };
  job_cancel: { request: JobRequest; response: EmptyResponse };
  job_progress: { request: JobRequest; response: JobResponse };
  kinds: { request: FileKindsRequest; response: FileKindsResponse };
  onnx: { request: OnnxRequest; response: OnnxResponse };
  packed: { request: BatchRequest; response: BatchZipResponse };
  pixels: { request: TranslationRequest; response: AllPixelsResponse | CancelledResponse };
  preview: { request: TranslationRequest; response: TranslationPreviewResponse };
  select_files: { request: FileNamesRequest; response: FileNamesResponse };
  snippet: { request: TranslatorRequest; response: CodeResponse };
  translate: { request: WholeTranslationRequest; response: WholeTranslationResponse | CancelledResponse };
  translators: { request: TranslatorListRequest; response: TranslatorListResponse };
  view: { request: ViewRequest; response: ViewResponse | CancelledResponse };
  zip_entries: { request: ZipEntriesRequest; response: ZipEntriesResponse };
};
