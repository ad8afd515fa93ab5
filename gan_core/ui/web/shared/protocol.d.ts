/**
 * The protocol between page and server, generated from the models of gan_core/ui by `python -m gan_core.ui.declarations`.
 * Do not edit.
 */

/** What was asked is told to the trainer. */
export interface ActionResponse {
  /** Number of the request; null where the app itself has done it. */
  sequence: number | null;
}

/** Adds an uploaded picture. */
export interface AddProbeRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run?: string | null;
  token?: string | null;
  /** Where gradio keeps it. */
  path: string;
  name?: string;
  domain?: "A" | "B";
}

/** Picture and translation with all of their pixels. */
export interface AllPixelsResponse {
  /** Address of the picture, relative to the page. */
  before: string;
  after: string;
}

/** A game with a known answer, and how it begins. */
export interface AnalyticGameOffer {
  name: string;
  title: string;
  line: string;
  words: string;
  axes: string[];
  /** Of the numbers that are played for. */
  names: string[];
  /** How many. */
  numbers: number;
  players: number;
  /** What the source article prints wrong. */
  printed: string | null;
  start: number[];
  steps: number;
  step_size: number;
  solvers: string[];
  view: GameView;
  options: GameOption[];
  /** Of solvers, where the game has its own. */
  parameters: Record<string, number>;
}

/** Looks for the attributes of a model's pictures. */
export interface AttributesRequest {
  /** Its id in the list of models. */
  model: string;
  /** Whether for their classes instead of what is read in seconds. */
  classes?: boolean;
  job?: string | null;
}

/** What became of the search. */
export interface AttributesResponse {
  /** What could not be looked for, and why; may be empty. */
  words: string;
  /** Whether there are classes that can be looked for. */
  more: boolean;
}

/** A way to change real pictures a little. */
export interface AugmentationOffer {
  name: string;
  sentence: string;
  /** Whether it is one for recipes that learn from pairs alone. */
  paired?: boolean;
}

/** Translates one picture of a batch. */
export interface BatchPictureRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
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

/** The best model, measured again. */
export interface BestMeasurement {
  step: number;
  value: number;
  spread: number | null;
}

/** Asks for what arithmetic with names of directions and favourites comes to. */
export interface CalculateRequest {
  /** Its id in the list of models. */
  model: string;
  text: string;
  draft?: string;
}

/** A latent that was calculated. */
export interface CalculatedLatentResponse {
  latent: Latent;
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

/** Changes settings while the training goes on. */
export interface ChangeAction {
  kind: "change";
  settings: LabSettings;
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

/** A picture of a model and the training picture nearest to it. */
export interface CheckedSample {
  seed: number;
  label: number | null;
  picture: string;
  verdict: "same" | "copy" | "near" | "new";
  of: TrainingPicture;
}

/** Lines of Python. */
export interface CodeResponse {
  code: string;
}

/** A colour that a place of the translation is to take. */
export interface ColourHint {
  x: number;
  y: number;
  /** Red, green and blue. */
  colour: [number, number, number];
  /** Half the side of the coloured square, as a share of the picture's shorter side; null for the usual one. */
  radius?: number | null;
}

/** Asks for small translations of one picture that differ in their noise. */
export interface ColouringsRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  hints?: ColourHint[];
  source?: ExampleSource | UploadSource | null;
  /** As a data URL, where it is no source. */
  picture?: string | null;
  seeds: number[];
}

/** Small translations, in the order of their seeds. */
export interface ColouringsResponse {
  /** As data URLs. */
  pictures: string[];
}

/** Asks for the pictures of several latents at one step. */
export interface ColumnRequest {
  /** Its id in the list of models. */
  model: string;
  step: number;
  latents: Latent[];
}

/** The pictures of several latents at one step. */
export interface ColumnResponse {
  step: number | null;
  pictures: string[];
}

/** Asks for kept steps evenly spread in log-time. */
export interface ColumnsRequest {
  /** Its id in the list of models. */
  model: string;
  count?: number;
  start?: number;
}

/** Kept steps. */
export interface ColumnsResponse {
  steps: number[];
}

/** Begins a comparison. */
export interface CompareRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  entries: ComparisonEntry[];
  data: string;
  /** For each recipe and seed; null where no number was typed. */
  minutes: number | null;
  /** How many. */
  seeds: number | null;
}

/** The comparison that was begun. */
export interface CompareResponse {
  comparison: string;
}

/** What is measured in a comparison. */
export interface ComparedMetric {
  title: string;
  /** `lower` or `higher`. */
  better: string;
}

/** Errors of projections of other pictures with the same budget; nothing is known yet while `total` is 0. */
export interface Comparison {
  /** Errors on pictures that the model never saw, in levels of 255. */
  held_out?: number[];
  /** Errors on pictures that it drew itself. */
  own?: number[];
  /** How many of each there will be. */
  total?: [number, number];
  complete?: boolean;
  held_out_summary?: ErrorSummary | null;
  own_summary?: ErrorSummary | null;
  /** Of a training: the step that was measured. */
  at: number | null;
  /** Why there are no held-out pictures. */
  missing: string;
  ended: boolean;
}

/** Asks something of a comparison; `continue` takes a stopped one up again, `cancel` is for one that waits. */
export interface ComparisonActionRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  comparison: string;
  action: "pause" | "resume" | "stop" | "save" | "continue" | "cancel";
}

/** A recipe of a comparison. */
export interface ComparisonEntry {
  label: string;
  recipe: string;
  settings?: Record<string, any>;
}

/** How a comparison stands. */
export interface ComparisonNews {
  name: string;
  state: "starting" | "running" | "paused" | "waiting" | "finished" | "stopped" | "failed" | "interrupted";
  mine: boolean;
  reason: string | null;
  /** Of its time that is over. */
  share: number;
  seeds: number[];
  /** The one that is looked at. */
  seed: number;
  data: string;
  /** Seconds of each run. */
  budget: number | null;
  metric: ComparedMetric | null;
  /** What real pictures give. */
  reference: number | null;
  lanes: Lane[];
  /** null before the first measurement. */
  table: ComparisonTable | null;
}

/** What can be compared, and on what. */
export interface ComparisonOptionsResponse {
  recipes: RecipeOffer[];
  data: string[];
}

/** Asks how a comparison stands. */
export interface ComparisonRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** null for the newest. */
  comparison?: string | null;
  seed?: number | null;
  /** Versions of the pictures that the page has, by run. */
  pictures?: Record<string, string>;
}

/** All comparisons, and how one of them stands. */
export interface ComparisonResponse {
  names: string[];
  /** null where there is none. */
  comparison: ComparisonNews | null;
}

/** The values of all recipes. */
export interface ComparisonTable {
  headings: string[];
  rows: string[][];
  notes: string[];
}

/** Values of one step; `resumed` marks a step from which the training went on anew. */
export interface CurvePoint {
  step: number;
  kind: "losses" | "scores" | "metric" | "resumed";
  values: Record<string, number>;
}

/** Asks for what a training has reported. */
export interface CurvesRequest {
  /** Its id in the list of models. */
  model: string;
  /** Where the last response ended; 0 for the beginning. */
  after?: number;
}

/** What a training has reported. */
export interface CurvesResponse {
  points: CurvePoint[];
  /** What to ask for after this. */
  next: number;
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

/** Asks for a picture moved along directions, to both sides. */
export interface DirectionEndsRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  ids: string[];
  amount?: number;
}

/** The picture moved by minus and plus the amount, by the ids of the directions. */
export interface DirectionEndsResponse {
  ends: Record<string, [string, string] | Refusal>;
}

/** All directions of a model. */
export interface DirectionsResponse {
  directions: LatentDirection[];
  /** Whether attributes were looked for. */
  searched: boolean;
  /** Whether they are to be looked for unasked: a table names attributes. */
  wanted?: boolean;
  /** Attributes of which a straight direction explains too little, in words. */
  weak: string[];
  /** The training step that the directions are of. */
  step: number;
  /** The step that the model is at. */
  newest: number;
}

/** Deletes an imported model; `confirmed` repeats its name. */
export interface DiscardRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  name: string;
}

/** A distribution of real points. */
export interface DistributionOffer {
  name: string;
  summary: string;
  thumbnail: [number, number][];
  /** What suits it. */
  tuned: LabSettings;
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

/** A direction that has no name yet. */
export interface DraftDirectionResponse {
  id: string;
}

/** Asks for one picture. */
export interface DrawRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  /** The number of the request; the response repeats it. */
  seq?: number | null;
  /** The version of the weights whose picture is shown already. */
  known?: string | null;
  /** Whether the coordinates of the latent are wanted too. */
  numbers?: boolean;
}

/** One picture. */
export interface DrawResponse {
  seq: number | null;
  version: string;
  /** As a data URL. */
  picture: string;
  /** Its pixels. */
  side: number;
  /** Length of the latent. */
  norm: number;
  /** That it shows; missing for a model that is not trained any more, at its newest weights. */
  step?: number;
  /** The coordinates of the latent; missing where they were not asked for. */
  numbers?: number[];
}

/** A dropped file before it is sent. */
export interface DroppedFile {
  name?: string;
  /** Its first `HEAD` bytes as base64. */
  head?: string;
}

/** Asks what an uploaded file is. */
export interface DroppedFileRequest {
  /** Where gradio keeps it. */
  path: string;
  /** What it is called where it comes from; empty for the name that gradio gave it. */
  name?: string;
}

/** A picture of ours, and where it is. */
export interface DroppedLatentResponse {
  /** null where the model is not here: then the open one is meant. */
  model: string | null;
  step: number | null;
  latent: Latent;
  /** What a person should know of it; may be empty. */
  words: string;
  kind: "place";
  name: string;
}

/** A film or sheet of ours: of a path, or of a training. */
export interface DroppedNoteResponse {
  kind: "path" | "time";
  note: Record<string, any>;
  name: string;
}

/** A picture without a recipe. */
export interface DroppedPictureResponse {
  kind: "picture";
  path: string;
  name: string;
}

/** Nothing is asked for in particular. */
export interface EmptyRequest {}

/** Nothing is to be said. */
export interface EmptyResponse {}

/** Errors in levels of 255. */
export interface ErrorSummary {
  median: number;
  least: number;
  greatest: number;
}

/** Asks how long a training will take. */
export interface EstimateRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of a preset. */
  recipe: string;
  how: "Minutes" | "Steps" | "No limit";
  /** How many minutes or steps; null while nothing is typed. */
  number?: number | null;
  settings?: Record<string, any> | null;
  /** The model that the weights come from; empty where all are drawn. */
  start_from?: string;
  /** Whether it may be measured where it is not known. */
  measure?: boolean;
  /** Whether also beside another training. */
  anyway?: boolean;
}

/** How long a training will take; without any field where that cannot be said. */
export interface EstimateResponse {
  /** The beginning of a sentence. */
  short?: string;
  rest?: string;
  /** Whether it is being measured now. */
  pending?: boolean;
  /** Whether it may be measured if asked for. */
  offer?: boolean;
}

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

/** A latent that was kept under a name, with the picture that it had then. */
export interface Favourite {
  name: string;
  picture: string;
  model?: string;
  step?: number | null;
  latent: Latent;
  /** Its coordinates then. */
  z?: number[];
  class?: number[] | null;
  /** What the model's card said of it. */
  card?: Record<string, any>;
  schema?: number;
}

/** Names one favourite of a model. */
export interface FavouriteRequest {
  /** Its id in the list of models. */
  model: string;
  name: string;
}

/** The favourites of a model, oldest first. */
export interface FavouritesResponse {
  favourites: Favourite[];
}

/** How far a download is. */
export interface FetchProgressResponse {
  state: "running" | "done" | "failed" | "cancelled";
  /** From 0 to 1; 0 where the whole is not known. */
  share: number;
  words: string;
  /** Why it has failed. */
  reason: string;
}

/** About the download of a data set. */
export interface FetchRequest {
  dataset: string;
  /** A token of the page that asks. */
  page: string;
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

/** The path of a film, and where it belongs. */
export interface FilmPathResponse {
  path: PathData;
  /** null where its model is not here. */
  model: string | null;
  step: number | null;
  words: string;
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

/** An option of a game: a number within a range, or one of several words. */
export interface GameOption {
  name: string;
  label: string;
  kind: "range" | "choice";
  value: number | string;
  low?: number | null;
  high?: number | null;
  step?: number | null;
  /** Values and what they are called. */
  choices?: [string, string][];
}

/** The part of a game's plane that is shown. */
export interface GameView {
  /** Lower and upper end. */
  x: [number, number];
  y: [number, number];
}

/** The games with known answers, and who plays them. */
export interface GamesResponse {
  games: AnalyticGameOffer[];
  solvers: SolverOffer[];
}

/** A model of the list. */
export interface GeneratorChoice {
  id: string;
  label: string;
  /** The heading that it stands under. */
  group: string;
}

/** A request about a model. */
export interface GeneratorRequest {
  /** Its id in the list of models. */
  model: string;
}

/** What the panels need to know of a model. */
export interface GeneratorResponse {
  model: string;
  /** Of its weights: those of a training change. */
  version: string;
  latent_dim: number;
  /** Pixels of a side. */
  size: number;
  channels: number;
  classes: string[];
  title: string;
  /** Name of the data set that it learned from. */
  data: string;
  /** Steps. */
  trained: number;
  /** Whether it is being trained now. */
  live: boolean;
  run: string | null;
  /** The kept moments of its training. */
  steps: number[];
  directions: LatentDirection[];
}

/** Asks for the models that can be explored. */
export interface GeneratorsRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
}

/** The models that can be explored. */
export interface GeneratorsResponse {
  models: GeneratorChoice[];
  /** The one that a page which has none begins with; empty where there are no models. */
  first: string;
}

/** Asks for the latent of a picture of a run's live grid; `step` is the moment that the grid shows. */
export interface GridCellRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  /** Share of the grid's width. */
  x: number;
  y: number;
}

/** The kept moments of a model's training. */
export interface HistoryResponse {
  model: string;
  steps: number[];
  /** Why there are none. */
  why: string | null;
  pins: PinnedMoment[];
  /** Whether it is a run's model, whose moments can be pinned. */
  run: boolean;
  /** Whether it is being trained now. */
  active: boolean;
  /** How much of their budget the moments take. */
  words: string;
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

/** The training pictures are still being indexed. */
export interface IndexingResponse {
  ready: false;
  busy: boolean;
  /** What is being done. */
  words: string;
  share: number;
}

/** What one kind of interpolation meets between the ends of a path. */
export interface InterpolationCurve {
  /** Lengths of the latent. */
  norms: number[];
  /** Logits of the discriminator; missing where none is known. */
  scores?: number[];
}

/** What slerp and lerp meet between the ends of a path. */
export interface InterpolationResponse {
  shares: number[];
  /** Length of a latent drawn at random. */
  typical: number;
  slerp: InterpolationCurve;
  lerp: InterpolationCurve;
  /** Of the discriminator; missing where it is of the moment that is drawn. */
  judge_step?: number;
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

/** Keeps uploaded pictures as a set. */
export interface KeepPicturesRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  files: UploadedFile[];
}

/** The set that pictures were kept as. */
export interface KeptPicturesResponse {
  name: string;
}

/** What can be chosen in the plane. */
export interface LabChoicesResponse {
  visit: string;
  /** Half the side of the plane that is shown. */
  view: number;
  /** The least and the most of a drawing. */
  deviations: [number, number];
  distributions: DistributionOffer[];
  presets: PresetOffer[];
  /** By kind. */
  parts: Record<string, PartOffer[]>;
  /** Of the map's colours, by the kind of scores. */
  meaning: Record<string, string>;
}

/** Settings of a training in the plane, see `gan_core.plane.settings`; what is missing is as the engine begins. */
export interface LabSettings {
  distribution?: string | null;
  /** What was drawn. */
  strokes?: [number, number][][] | null;
  /** Of the points along the strokes. */
  deviation?: number | null;
  objective?: Record<string, any> | null;
  /** null for none. */
  penalty?: Record<string, any> | null;
  solver?: Record<string, any> | null;
  generator_optimizer?: Record<string, any> | null;
  discriminator_optimizer?: Record<string, any> | null;
  batch_size?: number | null;
  seed?: number | null;
}

/** Asks for what lies under the trajectories. */
export interface LandscapeRequest {
  game: string;
  options?: Record<string, any>;
  view: GameView;
}

/** Heights and arrows of a game; of a game of one number its curve. */
export interface LandscapeResponse {
  /** Another one for another landscape. */
  key: string;
  solution: [number, number];
  curve?: [number, number][];
  /** Values of each row. */
  cells?: number;
  values?: number[];
  arrows?: [number, number, number, number][];
}

/** One recipe of a comparison: the run with the chosen seed, and the curves of all seeds. */
export interface Lane {
  label: string;
  recipe: string;
  control: boolean;
  differs: string[];
  run: string;
  state: string;
  reason: string | null;
  step: number;
  seconds: number;
  images_per_second: number;
  curves: [number, number][][];
  /** Missing where the page has it. */
  picture?: string;
  /** Of the picture; null where there is none. */
  version: string | null;
}

/** One point of latent space, as data: what `gan_core.latents.spec.LatentSpec` reads and writes. */
export interface Latent {
  kind?: "seed" | "path" | "pad" | "vector";
  seed?: number;
  /** The two ends of a `path`. */
  ends?: [number | Latent, number | Latent];
  /** How far along the path: 0 at the first end, 1 at the second. */
  t?: number;
  /** The corners of a `pad`: top left, top right, bottom left, bottom right. */
  corners?: [number | Latent, number | Latent, number | Latent, number | Latent];
  x?: number;
  y?: number;
  way?: "slerp" | "lerp";
  /** The coordinates of a `vector`. */
  vector?: number[];
  /** Truncation. */
  scale?: number;
  moves?: [number, number][];
  /** How far along directions of the model, by their ids. */
  amounts?: Record<string, number>;
  /** Added to single coordinates, by their numbers from 0. */
  offsets?: Record<string, number>;
  label?: number | null;
  /** A second class, to draw between both. */
  towards?: number | null;
  /** How far from `label` to `towards`. */
  mix?: number;
}

/** A direction of a model. */
export interface LatentDirection {
  id: string;
  name: string;
  /** The heading that it stands under. */
  group: string;
  /** How much of the pictures' variation it explains; missing where that is not known. */
  words?: string;
  /** What `words` means. */
  help?: string;
}

/** A request about one latent of a model. */
export interface LatentRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
}

/** Where to go. */
export interface LatentResponse {
  /** null where the model is not here: then the open one is meant. */
  model: string | null;
  step: number | null;
  latent: Latent;
  /** What a person should know of it; may be empty. */
  words: string;
}

/** One half of the columns of a sheet. */
export interface LayoutGroup {
  domain: string;
  /** Directions, such as `AtoB`. */
  ways: string[];
  /** Whether the last column is what the pictures are to become. */
  truth?: boolean;
  /** Colour hints in each picture. */
  hints?: number;
}

/** A run in the list. */
export interface ListedRun {
  name: string;
  state: "starting" | "running" | "paused" | "waiting" | "finished" | "stopped" | "failed" | "interrupted";
  /** The comparison that it belongs to; empty for other runs. */
  comparison: string;
  /** Whether the browser that asks started it. */
  mine: boolean;
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
  /** Whether it takes colour hints. */
  hints: boolean;
  /** Channels of noise that it takes; with some, each seed gives another translation. */
  noise: number;
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

/** How a run stands. */
export interface LiveStatus {
  state: "starting" | "running" | "paused" | "waiting" | "finished" | "stopped" | "failed" | "interrupted";
  /** Why it is in this state. */
  reason: string | null;
  /** Of a waiting run: where it stands. */
  line: string | null;
  step: number;
  steps: number | null;
  minutes: number | null;
  seconds: number;
  seconds_left: number | null;
  images: number;
  images_per_second: number;
  /** Share of the time that previews take. */
  preview_share: number;
  device: string;
  recipe: string;
  translates: boolean;
  data: string;
  size: number;
  layout: SheetLayout | null;
  /** Those that were saved. */
  models: ("best" | "newest")[];
}

/** Asks for the direction between pictures that were marked. */
export interface MarkedRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  more: number[];
  less: number[];
  /** What the page calls the direction until it has a name. */
  draft?: string;
}

/** The direction between pictures that were marked. */
export interface MarkedResponse {
  id: string;
  /** Marks that agree with the others when they are left out one by one. */
  right: number;
  marks: number;
}

/** Asks for pictures to mark. */
export interface MarkingGridRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  start?: number;
}

/** Pictures to mark. */
export interface MarkingGridResponse {
  seeds: number[];
  pictures: string[];
}

/** One measurement of a run. */
export interface Measurement {
  step: number;
  name: string;
  value: number;
  spread: number | null;
  /** What real pictures give. */
  reference_level: number | null;
  reference_spread: number | null;
  samples: number | null;
  words: string | null;
  /** Whether it was the best until then; null of runs that do not say it. */
  best: boolean | null;
  kept: BestMeasurement | null;
  /** Seconds. */
  took: number | null;
  /** What it is to be compared with, by what that is: nothing done, with colour hints. */
  about?: Record<string, number>;
}

/** The training pictures are not on this machine. */
export interface MissingPicturesResponse {
  /** Why, in a sentence. */
  missing: string;
  /** Whether a folder of this machine may be named. */
  local: boolean;
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

/** Announces that the step is about to be moved from where it is. */
export interface NearRequest {
  /** Its id in the list of models. */
  model: string;
  step?: number | null;
}

/** Asks for the training pictures nearest to a picture: the one of the latent, or an uploaded one. */
export interface NeighboursRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  /** The number of the reference distances that the page has. */
  known?: number;
  /** Path of the uploaded picture. */
  picture?: string | null;
  name?: string;
  /** Whether light and dark are swapped. */
  negative?: boolean;
}

/** The training pictures nearest to a picture. */
export interface NeighboursResponse {
  ready: true;
  busy: boolean;
  words: string;
  share: number;
  /** Of the index. */
  number: number;
  picture: string;
  verdict: "same" | "copy" | "near" | "new";
  sentence: string;
  pixels: TrainingPicture[];
  features: TrainingPicture[];
  /** A training picture that is the same one, saved differently. */
  twin: number | null;
  /** Missing where the page has them. */
  usual?: ReferenceDistances | null;
}

/** Holds the note of a favourite, a link or a file. */
export interface NoteRequest {
  note: Record<string, any>;
}

/** Shows the training as it is. */
export interface ObserveAction {
  kind: "observe";
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

/** Begins a training. */
export interface OpenAction {
  kind: "open";
  settings: LabSettings;
}

/** A request of a browser that may own runs (see `gan_core.ui.ownership`). */
export interface OwnerRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
}

/** The one number of a solver that can be set. */
export interface ParameterOffer {
  label: string;
  low: number;
  high: number;
  step: number;
  value: number;
}

/** A part that can be chosen, such as an objective or an optimizer. */
export interface PartOffer {
  name: string;
  title: string;
  summary: string;
  options: PartOption[];
  /** Why it is a negative control. */
  warning?: string | null;
}

/** An option of a part. */
export interface PartOption {
  name: string;
  label: string;
  help: string;
  /** `int`, `float`, `bool` or `str`. */
  type: string;
  default: any;
  /** The words that it takes; empty where it takes others. */
  choices: string[];
  minimum?: number | null;
  maximum?: number | null;
  above?: number | null;
  below?: number | null;
}

/** Asks where the film of a path is from moment to moment. */
export interface PathCourseRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  path: PathData;
  job?: string | null;
}

/** Where the film of a path is from moment to moment. */
export interface PathCourseResponse {
  frames: number;
  seconds: number;
  version: string;
  /** Of a steady path; missing for others. */
  speed?: PathSpeed | null;
  /** Latents at even times. */
  points: number[][];
  /** What is drawn at each of them: class, second class, and how far from the one to the other. */
  classes: [number, number | null, number][] | null;
  /** After which points the picture jumps. */
  cuts: number[];
  /** Seconds at which the stops are reached. */
  stops: number[];
}

/** A path, as `gan_core.latents.paths.LatentPath` reads and writes it. */
export interface PathData {
  schema: number;
  stops: PathStop[];
  way?: "slerp" | "lerp" | "spline";
  loop?: boolean;
  /** Whether the picture is to change equally fast all along. */
  steady?: boolean;
  fps?: number;
}

/** Asks for a path as a file. */
export interface PathFilmRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  path: PathData;
  kind: "mp4" | "gif" | "webp" | "strip";
  /** How often every pixel is repeated. */
  scale?: number;
  /** Of a strip. */
  pictures?: number;
  job?: string | null;
}

/** A path as a file. */
export interface PathFilmResponse {
  url: string;
  name: string;
  /** Its ending. */
  kind: string;
  words: string;
}

/** How fast the picture changes along a path, in grey levels a second. */
export interface PathSpeed {
  /** As the path is timed by its stops. */
  before: number[];
  /** At steady speed. */
  after: number[];
  /** How far from the mean a step still is, as a share; null where nothing moves. */
  spread: number | null;
}

/** One picture that a path visits, as data. */
export interface PathStop {
  place: Latent;
  /** To the next stop. */
  seconds?: number;
  easing?: string;
  /** The numbers of the latent when the path was kept. */
  z?: number[];
}

/** Asks for the pictures of stops. */
export interface PathStopsRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  stops: PathStop[];
}

/** The pictures of stops. */
export interface PathStopsResponse {
  pictures: string[];
  version: string;
}

/** A picture to keep, with its recipe inside. */
export interface PictureFileResponse {
  name: string;
  /** As a data URL. */
  file: string;
}

/** Pictures that a person brought. */
export interface PictureSet {
  name: string;
  title: string;
  /** Files; 0 for a zip. */
  count: number;
}

/** The sets of pictures that this browser brought. */
export interface PictureSetsResponse {
  sets: PictureSet[];
}

/** Pins a kept moment, or the present one; again to give it another name. */
export interface PinRequest {
  /** Its id in the list of models. */
  model: string;
  step?: number | null;
  name?: string | null;
}

/** The kept moments after one was pinned. */
export interface PinResponse {
  model: string;
  steps: number[];
  /** Why there are none. */
  why: string | null;
  pins: PinnedMoment[];
  /** Whether it is a run's model, whose moments can be pinned. */
  run: boolean;
  /** Whether it is being trained now. */
  active: boolean;
  /** How much of their budget the moments take. */
  words: string;
  /** Whether a training will keep its present moment at the end of its step. */
  asked: boolean;
}

/** A moment that is kept for good. */
export interface PinnedMoment {
  step: number;
  name: string;
}

/** The visitor's place was given up: the page opens anew. */
export interface PlaneGoneResponse {
  gone: true;
}

/** Measurements of a training in the plane. */
export interface PlaneNumbers {
  kl: number;
  js: number;
  /** What as many real points give. */
  kl_reference: number;
  js_reference: number;
  /** Modes that are covered; null for a distribution without modes. */
  covered: number | null;
  modes: number | null;
  /** Share of good points. */
  good: number | null;
}

/** Does something with the training of a visitor, and asks for what is to be seen then. */
export interface PlaneRequest {
  /** Token from an earlier response. */
  visit?: string | null;
  action:
    OpenAction | ResumeAction | ObserveAction | PlayAction | StepAction | StageAction | ChangeAction | RewindAction;
  /** What is wanted beside the points. */
  layers?: ("map" | "arrows" | "net")[];
}

/** What is to be seen of a training in the plane. */
export interface PlaneResponse {
  visit: string;
  step: number;
  playing: boolean;
  diverged: boolean;
  note: string;
  /** Those that hold; null where they were not changed. */
  settings: LabSettings | null;
  /** Steps that can be gone back to. */
  moments: number[];
  losses: Record<string, number | null>;
  numbers: PlaneNumbers;
  /** Share of the generated points outside the view. */
  outside: number;
  /** What kind of number a score is. */
  scores: string;
  /** Why the objective is a negative control. */
  warning: string | null;
  fakes: string;
  /** The discriminator's scores over the view: bytes as base64, row by row. */
  map: string | null;
  arrows: string | null;
  net: string | null;
  latents?: string | null;
  latent_net?: string | null;
  /** Missing where the page has them. */
  real?: string | null;
  stage?: PlaneStage | null;
}

/** One of the eight stages of a step in slow motion; its points and its map are as they stand at that stage. */
export interface PlaneStage {
  number: number;
  player: "generator" | "discriminator";
  kind: "draw" | "score" | "loss" | "move";
  /** By name, see `gan_core.plane.slow_motion`. */
  numbers: Record<string, number | null>;
  /** Batches that the solver has drawn. */
  moves: number;
  /** Whether the second player sees the first one's move. */
  answers: boolean;
  order: ("generator" | "discriminator")[];
  fakes: string;
  real: string;
  map?: string | null;
  arrows?: string | null;
}

/** Trains on, or pauses. */
export interface PlayAction {
  kind: "play";
  playing?: boolean;
  /** Steps a second; null for as fast as it goes. */
  speed?: number | null;
}

/** Asks for news of a run, by the versions of what the page has. */
export interface PollRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** null for one to begin with. */
  run?: string | null;
  /** Whether one to begin with is wanted. */
  pick?: boolean;
  runs_version?: string | null;
  status_version?: string | null;
  picture_version?: string | null;
  real_version?: string | null;
  keyframes_version?: string | null;
  probes?: ProbesVersion | null;
  /** Bytes of events that were read. */
  offset?: number;
}

/** News of a run: what the page has already is left out. */
export interface PollResponse {
  /** The run that this is about. */
  run: string | null;
  runs?: ListedRun[];
  runs_version?: string;
  room?: Room | null;
  /** Why the run cannot be shown. */
  gone?: string | null;
  status?: LiveStatus | null;
  status_version?: string;
  /** The last words of a trainer that has failed. */
  log?: string | null;
  /** The newest one, as a data URL. */
  picture?: string;
  picture_version?: string;
  /** Real pictures. */
  real?: string;
  real_version?: string;
  /** Their steps. */
  keyframes?: number[];
  keyframes_version?: string;
  probes?: ProbesNews | null;
  /** Bytes of events read by now; missing where there were no new ones. */
  offset?: number | null;
  points?: RunPoint[];
  measurements?: Measurement[];
  notes?: RunNote[];
  /** The step from which on everything happens anew, in a run that was resumed. */
  cut?: number | null;
}

/** A named game. */
export interface PresetOffer {
  name: string;
  title: string;
  summary: string;
  /** Whether it is there to be seen failing. */
  failure: boolean;
  settings: LabSettings;
}

/** Says of which domain a picture is. */
export interface ProbeDomainRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run?: string | null;
  token?: string | null;
  number: number;
  domain: "A" | "B";
}

/** A picture that a translation is watched on. */
export interface ProbePicture {
  number: number;
  domain: "A" | "B";
  /** As a data URL. */
  picture: string;
}

/** About the pictures that a translation is watched on: of a run, or chosen before Start under a token. */
export interface ProbeRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run?: string | null;
  token?: string | null;
}

/** One image that holds the views of all pictures. */
export interface ProbeSheet {
  step: number;
  /** As a data URL. */
  picture: string;
  pictures: ProbeViews[];
}

/** Asks for the translations of those pictures. */
export interface ProbeSheetRequest {
  run: string;
  /** Of a key frame; null for the newest ones. */
  step?: number | null;
}

/** The translations of the pictures. */
export interface ProbeSheetResponse {
  /** null where there were none at that step. */
  sheet: ProbeSheet | null;
}

/** Where the views of a picture lie on a sheet. */
export interface ProbeViews {
  number: number;
  domain: "A" | "B";
  /** Mean difference after the way there and back, of 255; null where there is one direction only. */
  error: number | null;
  /** By view. */
  cells: Record<string, [number, number, number, number]>;
}

/** The pictures that a translation is watched on, as they are now. */
export interface ProbesNews {
  version: string;
  /** When the newest translations were drawn; empty where there are none. */
  sheet: string;
  count: number;
}

/** The pictures that a translation is watched on. */
export interface ProbesResponse {
  pictures: ProbePicture[];
  /** About one that was added. */
  notes?: string[];
}

/** What a page knows of the pictures that a translation is watched on. */
export interface ProbesVersion {
  version: string;
  /** When the newest translations were drawn; empty where there are none. */
  sheet: string;
}

/** Begins to search the latent of a picture: an uploaded one, or one `from` the pictures of the model. */
export interface ProjectionRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  /** Of the uploaded picture. */
  path?: string | null;
  /** What it is called where it comes from. */
  name?: string;
  from?: "held_out" | "own" | null;
  /** Which one of the pictures of the model. */
  number?: number;
  /** Whether light and dark are swapped. */
  negative?: boolean;
  /** The search that this one takes the place of. */
  before?: string;
  seed?: number;
  /** The class to keep to. */
  label?: number | null;
  /** How many candidates are followed. */
  starts?: number;
}

/** A search that has begun. */
export interface ProjectionResponse {
  job: string;
  /** What is searched for, as a data URL. */
  target: string;
  side: number;
  /** What was done to the picture. */
  notes: string[];
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

/** A recipe that can be compared. */
export interface RecipeOffer {
  name: string;
  title: string;
  /** Whether it is a negative control. */
  control: boolean;
}

/** The distances that held-out pictures have to their nearest training pictures. */
export interface ReferenceDistances {
  data: string;
  training: number;
  held_out: number;
  /** What features are compared. */
  eye: string;
  eye_words: string;
  mirrored: boolean;
  pixels: number[];
  features: number[];
  limits: number[];
  twins: number;
  flagged: number;
}

/** Why one of several things that were asked for cannot be had. */
export interface Refusal {
  error: string;
}

/** Removes the kept direction `old`. */
export interface RemoveDirectionRequest {
  /** Its id in the list of models. */
  model: string;
  old: string;
}

/** Removes a set of pictures. */
export interface RemovePicturesRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  name: string;
}

/** Removes a picture. */
export interface RemoveProbeRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run?: string | null;
  token?: string | null;
  number: number;
}

/** Gives the kept direction `old` another name. */
export interface RenameDirectionRequest {
  /** Its id in the list of models. */
  model: string;
  old: string;
  name: string;
}

/** Gives what is kept with a model under the name `old` another one. */
export interface RenameRequest {
  /** Its id in the list of models. */
  model: string;
  old: string;
  new: string;
}

/** Shows the training, paused, to a page that was loaded again. */
export interface ResumeAction {
  kind: "resume";
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

/** Goes back to an earlier step. */
export interface RewindAction {
  kind: "rewind";
  step: number;
}

/** How many trainings go on at once here. */
export interface Room {
  places: number;
  /** Whether one more would begin at once. */
  free: boolean;
}

/** Asks something of a run; `cancel` takes a waiting one out of the line. */
export interface RunActionRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of the run, where a person was asked about it. */
  confirmed?: string | null;
  run: string;
  action: "pause" | "resume" | "stop" | "save" | "cancel";
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

/** Asks for the picture of a run at a step. */
export interface RunKeyframeRequest {
  run: string;
  step: number;
}

/** The picture of a run at a step. */
export interface RunKeyframeResponse {
  picture: string;
  step: number;
}

/** A warning of a run. */
export interface RunNote {
  /** 0, or missing, where it is about none. */
  step?: number;
  text: string;
  /** Whether it should be looked at now. */
  alarm?: boolean;
}

/** Losses and scores at a step, by player. */
export interface RunPoint {
  step: number;
  losses: Record<string, number>;
  scores: Record<string, number>;
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

/** Asks for all key frames of a run as an animation. */
export interface RunTimeLapseRequest {
  run: string;
}

/** An animated GIF. */
export interface RunTimeLapseResponse {
  /** As a data URL. */
  file: string;
  name: string;
}

/** Asks how many pictures of a model look copied. */
export interface SampleCheckRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  count?: number;
  seed?: number;
}

/** How many pictures of a model look copied. */
export interface SampleCheckResponse {
  ready: true;
  busy: boolean;
  words: string;
  share: number;
  /** Of the index. */
  number: number;
  count: number;
  copies: number;
  near: number;
  pixels: number[];
  features: number[];
  nearest: CheckedSample[];
  sentence: string;
}

/** A few pictures of a model, and what it is. */
export interface Samples {
  /** Side by side, as a data URL. */
  picture: string;
  title: string;
  words: string;
}

/** Asks for a few pictures of several models. */
export interface SamplesRequest {
  models: string[];
}

/** Pictures of the models that were asked for, by their ids. */
export interface SamplesResponse {
  samples: Record<string, Samples | Refusal>;
}

/** Keeps a direction under a name. */
export interface SaveDirectionRequest {
  /** Its id in the list of models. */
  model: string;
  id: string;
  name: string;
}

/** Keeps a path under a name. */
export interface SavePathRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  path: PathData;
  name: string;
}

/** The directions of a model after one got a name. */
export interface SavedDirectionResponse {
  directions: LatentDirection[];
  /** Whether attributes were looked for. */
  searched: boolean;
  /** Whether they are to be looked for unasked: a table names attributes. */
  wanted?: boolean;
  /** Attributes of which a straight direction explains too little, in words. */
  weak: string[];
  /** The training step that the directions are of. */
  step: number;
  /** The step that the model is at. */
  newest: number;
  /** Of the one that was named. */
  id: string;
}

/** A path that is kept with a model. */
export interface SavedPath {
  name: string;
  path: PathData;
  step?: number | null;
  /** Of its first stop, as a data URL. */
  picture: string;
}

/** Names a kept path of a model. */
export interface SavedPathRequest {
  /** Its id in the list of models. */
  model: string;
  name: string;
}

/** The paths kept with a model, oldest first. */
export interface SavedPathsResponse {
  paths: SavedPath[];
}

/** The newest moment of a search. */
export interface SearchMomentResponse {
  /** Of its newest moment. */
  number: number;
  ended: boolean;
  beside: Comparison;
  phase: "sample" | "optimize" | "refine";
  /** Of the work that is done. */
  share: number;
  seconds: number;
  /** Of the best candidate, in levels of 255. */
  error_levels: number;
  /** Structural similarity of its picture; null for pictures that are too small for it. */
  similarity: number | null;
  picture: string;
  vector: number[];
  label: number | null;
  norm: number;
  /** Whether the negative would be much nearer to what the model draws. */
  negative: boolean;
  /** (seconds, least error) over the search. */
  curve: [number, number][];
  starts: SearchStart[];
}

/** Names a search. */
export interface SearchRequest {
  job: string;
}

/** One of the candidates that are followed. */
export interface SearchStart {
  picture: string;
  error: number;
  /** Whether it is still followed. */
  active: boolean;
  label: number | null;
  best: boolean;
}

/** Asks how far a search is. */
export interface SearchStateRequest {
  job: string;
  /** The moment that the page has. */
  seen?: number | null;
}

/** The page has the newest moment. */
export interface SearchUnchangedResponse {
  /** Of its newest moment. */
  number: number;
  ended: boolean;
  beside: Comparison;
  same: true;
}

/** There is no moment yet. */
export interface SearchWaitingResponse {
  /** Of its newest moment. */
  number: number;
  ended: boolean;
  beside: Comparison;
  waiting: true;
  /** Whether the search has begun. */
  working: boolean;
}

/** A plain setting of a recipe. */
export interface SettingOffer {
  key: string;
  label: string;
  help: string;
  type: "int" | "float" | "bool" | "str";
  /** The words that it takes; empty where it takes others. */
  choices: string[];
  /** Whether it is chosen in another place of the form. */
  elsewhere?: boolean;
}

/** What the form offers behind "Advanced". */
export interface SettingsOfferResponse {
  plain: SettingOffer[];
  augmentations: AugmentationOffer[];
  /** Of the kinds of parts. */
  titles: Record<string, string>;
  /** Kinds that may be left out, and what that is called. */
  optional: Record<string, string>;
  /** By game and kind. */
  parts: Record<string, Record<string, PartOffer[]>>;
  /** The games that learn from pairs. */
  paired: string[];
}

/** Asks whether a recipe with changed settings can be trained. */
export interface SettingsRequest {
  recipe: string;
  settings: Record<string, any>;
}

/** Whether a recipe can be trained. */
export interface SettingsResponse {
  /** Why not; empty where it can. */
  sentence: string;
}

/** How a sheet of translated pictures is laid out. */
export interface SheetLayout {
  groups: LayoutGroup[];
  /** Pixels of one picture. */
  side: number;
  rows: number;
  /** Of the domains. */
  names: Record<string, string>;
}

/** Asks for a grid of steps and latents as one picture. */
export interface SheetRequest {
  /** Its id in the list of models. */
  model: string;
  steps: number[];
  latents: Latent[];
  /** One for each latent. */
  names: string[];
}

/** Asks which of the dropped files are worth sending. */
export interface SiftRequest {
  /** With the folders that they lie in. */
  names: string[];
}

/** The files that are worth sending. */
export interface SiftResponse {
  /** Their places in the list. */
  wanted: number[];
  /** About the others. */
  note: string;
}

/** Asks how large a translation this machine should try. */
export interface SizeRequest {
  recipe: string;
}

/** How large a translation fits this machine; without any field where that cannot be said. */
export interface SizeResponse {
  /** Pixels. */
  side?: number | null;
  /** Of the networks, in a word. */
  width?: string | null;
  sentence?: string;
  /** Whether it is being measured now. */
  pending?: boolean;
}

/** Translates a small picture that comes in the request itself. */
export interface SmallPictureRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
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

/** A solver, and its number where it has one. */
export interface SolverChoice {
  name: string;
  parameter?: number | null;
}

/** A solver that plays a game. */
export interface SolverOffer {
  name: string;
  title: string;
  words: string;
  cost: string;
  /** Numbers of players that it can play for. */
  players: number[];
  parameter: ParameterOffer | null;
}

/** One direction over a training. */
export interface StabilityLine {
  name: string;
  /** |cosine| with the final direction at every step. */
  cosines: number[];
  /** The step from which on it is the same; null where it has not settled. */
  since: number | null;
}

/** Asks when in a training the directions of one kind settled. */
export interface StabilityRequest {
  /** Its id in the list of models. */
  model: string;
  kind: "sefa" | "pca" | "attribute";
  job?: string | null;
}

/** When in a training the directions of one kind settled. */
export interface StabilityResponse {
  steps: number[];
  lines: StabilityLine[];
  /** |cosine| of unrelated directions. */
  floor: number;
  /** |cosine| above which two directions count as the same. */
  stable: number;
}

/** Shows the next stage of a step in slow motion. */
export interface StageAction {
  kind: "stage";
}

/** Asks what a training that starts from a model is. */
export interface StartModelRequest {
  /** A name of the lists of models, perhaps with `@STEP`. */
  model: string;
}

/** What a training that starts from a model is. */
export interface StartModelResponse {
  model: string;
  /** The preset that fits it best. */
  recipe: string;
  translates: boolean;
  /** What the model is. */
  sentence: string;
}

/** Starts the training that the form describes. */
export interface StartRequest {
  /** The browser's mark, by which its own runs are known; a program has none. */
  owner?: string | null;
  /** Name of a preset. */
  recipe: string;
  how: "Minutes" | "Steps" | "No limit";
  /** How many minutes or steps; null while nothing is typed. */
  number?: number | null;
  settings?: Record<string, any> | null;
  /** The model that the weights come from; empty where all are drawn. */
  start_from?: string;
  /** Name of a data set or a set of pictures, or `own` for a folder. */
  data?: string | null;
  folder?: string | null;
  /** The same for domain B of a translation. */
  data_b?: string | null;
  folder_b?: string | null;
  /** Token of the pictures that were chosen to be watched. */
  probe_images?: string | null;
  /** Equal for a press that is sent twice. */
  token?: string;
}

/** The training that was begun. */
export interface StartResponse {
  run: string;
}

/** Says that the page is still open. */
export interface StayRequest {
  visit: string;
  /** Whether it is not visible from now on. */
  hidden?: boolean;
}

/** Makes one step. */
export interface StepAction {
  kind: "step";
  player?: "both" | "generator" | "discriminator";
}

/** A search was ended; what it has found stays. */
export interface StoppedResponse {
  stopped: true;
}

/** Asks for pictures to choose from. */
export interface StripRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  latent?: Latent;
  kind: "seeds" | "path" | "corners" | "neighbours" | "classes";
  /** The first seed. */
  start?: number;
  /** Radians to a neighbour. */
  angle?: number;
}

/** Pictures to choose from. */
export interface StripResponse {
  kind: "seeds" | "path" | "corners" | "neighbours" | "classes";
  pictures: string[];
  /** Of each picture its seed, its share of the path, its corner, the step to it, or its class. */
  labels: number[] | [number, number][];
  version: string;
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

/** A film of a training, as `gan_core.latents.time_lapse.TimeLapse` reads and writes it. */
export interface TimeLapseData {
  schema?: number;
  latents?: Latent[];
  seconds?: number;
  /** Seconds that the last moment stays. */
  rest?: number;
  fps?: number;
  timing?: string;
  /** Moments before this step are left out. */
  start?: number;
  /** Whether the step and a time line stand below the pictures. */
  numbers?: boolean;
}

/** Asks for a film of a training. */
export interface TimeLapseRequest {
  /** Its id in the list of models. */
  model: string;
  time?: TimeLapseData;
  suffix: ".mp4" | ".gif" | ".webp";
  job?: string | null;
}

/** A film of a training. */
export interface TimeLapseResponse {
  url: string;
  name: string;
  words: string;
  /** Which moments are left out; may be empty. */
  missing: string;
}

/** A training picture near to another picture. */
export interface TrainingPicture {
  index: number;
  distance: number;
  picture: string;
  class: string;
}

/** Says where the pictures are that a model learned from: a folder of this machine, or uploaded files. */
export interface TrainingPicturesRequest {
  /** Its id in the list of models. */
  model: string;
  /** The kept step; null for the newest weights. */
  step?: number | null;
  folder?: string;
  files?: string[];
}

/** Asks where solvers lead from one start. */
export interface TrajectoriesRequest {
  game: string;
  options?: Record<string, any>;
  solvers: SolverChoice[];
  step_size: number;
  steps: number;
  start: number[];
}

/** Where the solvers lead. */
export interface TrajectoriesResponse {
  runs: Trajectory[];
  steps: number;
  drawn_solution: [number, number];
  note: string;
}

/** Where a solver leads; without places where it refuses the game. */
export interface Trajectory {
  name: string;
  points: [number, number][] | null;
  /** From the solution. */
  distances: number[] | null;
  /** Of conjugate directions, by player. */
  betas: (number | null)[][] | null;
  /** Rate, as the theory has it. */
  predicted: number | null;
  measured: number | null;
  verdict: "converges" | "circles" | "diverges" | "arrived" | "elsewhere" | "refused";
  verdict_words: string;
  words: string;
  formula: string;
  source: string;
}

/** Asks for the translation as a file. */
export interface TranslationFileRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
  source: ExampleSource | UploadSource;
  job?: string | null;
  strength?: number;
}

/** A picture, and a small translation of it. */
export interface TranslationPreviewResponse {
  /** Of the picture. */
  width: number;
  height: number;
  /** Whether something of the picture is to be seen through. */
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
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
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

/** The weights are those whose picture is shown already. */
export interface UnchangedResponse {
  seq: number | null;
  version: string;
  same: true;
}

/** Lets a pinned moment be thinned out again. */
export interface UnpinRequest {
  /** Its id in the list of models. */
  model: string;
  step: number;
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
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
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

/** Asks what can be chosen. */
export interface VisitRequest {
  visit?: string | null;
}

/** Asks for the next moments of the experiment. */
export interface WatchRequest {
  /** Token from an earlier response. */
  visit?: string | null;
  seed?: number;
  /** Points of every line that the page has. */
  seen?: number;
}

/** More points of every line. */
export interface WatchResponse {
  lines: Record<string, [number, number | null, number | null][]>;
  done: boolean;
  visit: string;
  /** Whether the experiment begins again. */
  fresh: boolean;
  steps: number;
}

/** Asks for the whole translation. */
export interface WholeTranslationRequest {
  model: string;
  direction: "AtoB" | "BtoA";
  scale?: "auto" | "native" | "trained";
  hints?: ColourHint[];
  /** Of the noise; null for the mean answer. */
  seed?: number | null;
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

/** The server functions of #advanced. */
export type Advanced = {
  check: { request: SettingsRequest; response: SettingsResponse };
  spec: { request: EmptyRequest; response: SettingsOfferResponse };
};

/** The server functions of #comparison-panel. */
export type ComparisonPanel = {
  control: { request: ComparisonActionRequest; response: ActionResponse };
  options: { request: EmptyRequest; response: ComparisonOptionsResponse };
  poll: { request: ComparisonRequest; response: ComparisonResponse };
  start: { request: CompareRequest; response: CompareResponse };
};

/** The server functions of #data-b-pictures. */
export type DataBPictures = {
  sets_keep: { request: KeepPicturesRequest; response: KeptPicturesResponse };
  sets_list: { request: OwnerRequest; response: PictureSetsResponse };
  sets_remove: { request: RemovePicturesRequest; response: PictureSetsResponse };
  sets_wanted: { request: SiftRequest; response: SiftResponse };
};

/** The server functions of #data-b-strip. */
export type DataBStrip = {
  fetch_cancel: { request: FetchRequest; response: EmptyResponse };
  fetch_progress: { request: FetchRequest; response: FetchProgressResponse };
};

/** The server functions of #data-pictures. */
export type DataPictures = {
  sets_keep: { request: KeepPicturesRequest; response: KeptPicturesResponse };
  sets_list: { request: OwnerRequest; response: PictureSetsResponse };
  sets_remove: { request: RemovePicturesRequest; response: PictureSetsResponse };
  sets_wanted: { request: SiftRequest; response: SiftResponse };
};

/** The server functions of #data-strip. */
export type DataStrip = {
  fetch_cancel: { request: FetchRequest; response: EmptyResponse };
  fetch_progress: { request: FetchRequest; response: FetchProgressResponse };
};

/** The server functions of #estimate. */
export type Estimate = { estimate: { request: EstimateRequest; response: EstimateResponse } };

/** The server functions of #explore. */
export type Explore = {
  cell: { request: GridCellRequest; response: LatentResponse };
  delete_favourite: { request: FavouriteRequest; response: FavouritesResponse };
  directions_attributes: { request: AttributesRequest; response: AttributesResponse | CancelledResponse };
  directions_calculate: { request: CalculateRequest; response: DraftDirectionResponse | CalculatedLatentResponse };
  directions_course: { request: StabilityRequest; response: StabilityResponse | CancelledResponse };
  directions_ends: { request: DirectionEndsRequest; response: DirectionEndsResponse };
  directions_grid: { request: MarkingGridRequest; response: MarkingGridResponse };
  directions_list: { request: GeneratorRequest; response: DirectionsResponse };
  directions_point: { request: MarkedRequest; response: MarkedResponse };
  directions_remove: { request: RemoveDirectionRequest; response: DirectionsResponse };
  directions_rename: { request: RenameDirectionRequest; response: SavedDirectionResponse };
  directions_renew: { request: GeneratorRequest; response: DirectionsResponse };
  directions_save: { request: SaveDirectionRequest; response: SavedDirectionResponse };
  draw: { request: DrawRequest; response: DrawResponse | UnchangedResponse };
  facts: { request: GeneratorRequest; response: GeneratorResponse };
  favourites: { request: GeneratorRequest; response: FavouritesResponse };
  file: { request: LatentRequest; response: PictureFileResponse };
  interpolations: { request: LatentRequest; response: InterpolationResponse };
  job_cancel: { request: JobRequest; response: EmptyResponse };
  job_progress: { request: JobRequest; response: JobResponse };
  memory_many: {
    request: SampleCheckRequest;
    response: SampleCheckResponse | IndexingResponse | MissingPicturesResponse;
  };
  memory_near: {
    request: NeighboursRequest;
    response: NeighboursResponse | IndexingResponse | MissingPicturesResponse;
  };
  memory_pictures: { request: TrainingPicturesRequest; response: IndexingResponse | MissingPicturesResponse };
  models: { request: GeneratorsRequest; response: GeneratorsResponse };
  open_file: {
    request: DroppedFileRequest;
    response: DroppedPictureResponse | DroppedNoteResponse | DroppedLatentResponse;
  };
  open_note: { request: NoteRequest; response: LatentResponse };
  path_course: { request: PathCourseRequest; response: PathCourseResponse | CancelledResponse };
  path_film: { request: PathFilmRequest; response: PathFilmResponse | CancelledResponse };
  path_list: { request: GeneratorRequest; response: SavedPathsResponse };
  path_read: { request: NoteRequest; response: FilmPathResponse };
  path_remove: { request: SavedPathRequest; response: SavedPathsResponse };
  path_rename: { request: RenameRequest; response: SavedPathsResponse };
  path_save: { request: SavePathRequest; response: SavedPathsResponse };
  path_thumbs: { request: PathStopsRequest; response: PathStopsResponse };
  project_progress: {
    request: SearchStateRequest;
    response: SearchUnchangedResponse | SearchWaitingResponse | SearchMomentResponse;
  };
  project_start: { request: ProjectionRequest; response: ProjectionResponse };
  project_stop: { request: SearchRequest; response: StoppedResponse };
  rename_favourite: { request: RenameRequest; response: FavouritesResponse };
  samples: { request: SamplesRequest; response: SamplesResponse };
  save_favourite: { request: LatentRequest; response: FavouritesResponse };
  strip: { request: StripRequest; response: StripResponse };
  time_column: { request: ColumnRequest; response: ColumnResponse };
  time_columns: { request: ColumnsRequest; response: ColumnsResponse };
  time_curves: { request: CurvesRequest; response: CurvesResponse };
  time_film: { request: TimeLapseRequest; response: TimeLapseResponse | CancelledResponse };
  time_near: { request: NearRequest; response: EmptyResponse };
  time_pin: { request: PinRequest; response: PinResponse };
  time_sheet: { request: SheetRequest; response: PictureFileResponse };
  time_state: { request: GeneratorRequest; response: HistoryResponse };
  time_unpin: { request: UnpinRequest; response: HistoryResponse };
};

/** The server functions of #header. */
export type Header = { device: { request: EmptyRequest; response: DeviceResponse } };

/** The server functions of #import. */
export type Import = {
  catalogue: { request: EmptyRequest; response: CatalogueResponse };
  fetch: { request: PublishedRequest; response: DoneResponse };
  import_files: { request: ImportRequest; response: ImportResponse };
  stop: { request: PublishedRequest; response: DoneResponse };
};

/** The server functions of #lab. */
export type Lab = {
  choices: { request: VisitRequest; response: LabChoicesResponse };
  play: { request: PlaneRequest; response: PlaneResponse | PlaneGoneResponse };
  stay: { request: StayRequest; response: DoneResponse };
  warm: { request: EmptyRequest; response: EmptyResponse };
};

/** The server functions of #lab-analytic-games. */
export type LabAnalyticGames = {
  follow: { request: TrajectoriesRequest; response: TrajectoriesResponse };
  games: { request: EmptyRequest; response: GamesResponse };
  landscape: { request: LandscapeRequest; response: LandscapeResponse };
};

/** The server functions of #lab-vanishing-gradient. */
export type LabVanishingGradient = { watch: { request: WatchRequest; response: WatchResponse } };

/** The server functions of #own-before. */
export type OwnBefore = {
  probe_add: { request: AddProbeRequest; response: ProbesResponse };
  probe_domain: { request: ProbeDomainRequest; response: ProbesResponse };
  probe_list: { request: ProbeRequest; response: ProbesResponse };
  probe_remove: { request: RemoveProbeRequest; response: ProbesResponse };
};

/** The server functions of #scale. */
export type Scale = { suggest: { request: SizeRequest; response: SizeResponse } };

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

/** The server functions of #start-bar. */
export type StartBar = { start_training: { request: StartRequest; response: StartResponse } };

/** The server functions of #start-model. */
export type StartModel = { start_model: { request: StartModelRequest; response: StartModelResponse } };

/** The server functions of #train-live. */
export type TrainLive = {
  control: { request: RunActionRequest; response: ActionResponse };
  keyframe: { request: RunKeyframeRequest; response: RunKeyframeResponse };
  poll: { request: PollRequest; response: PollResponse };
  probe_add: { request: AddProbeRequest; response: ProbesResponse };
  probe_domain: { request: ProbeDomainRequest; response: ProbesResponse };
  probe_list: { request: ProbeRequest; response: ProbesResponse };
  probe_remove: { request: RemoveProbeRequest; response: ProbesResponse };
  probe_sheet: { request: ProbeSheetRequest; response: ProbeSheetResponse };
  time_lapse: { request: RunTimeLapseRequest; response: RunTimeLapseResponse };
};

/** The server functions of #translate. */
export type Translate = {
  begin: { request: EmptyRequest; response: BatchResponse };
  colourings: { request: ColouringsRequest; response: ColouringsResponse };
  convert: { request: BatchPictureRequest; response: BatchPictureResponse | CancelledResponse };
  file: { request: TranslationFileRequest; response: FileResponse | CancelledResponse };
  film: { request: FilmTranslationRequest; response: FilmTranslationResponse | CancelledResponse };
  frame: { request: SmallPictureRequest; response: SmallPictureResponse };
  import_files: { request: ImportRequest; response: ImportResponse };
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
