/**
 * The Path panel: stops, how it goes, playing, exporting and keeping.
 *
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { makePathSettings, makeStopEditor } from "./path-editor.js";
import { PathFilm } from "./path-film.js";
import { PathLibrary } from "./path-library.js";
import { PathModel } from "./path-model.js";
import { PathPlayer } from "./path-player.js";
import { PathStops } from "./path-stops.js";

export class PathPanel {
  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    this.model = new PathModel(explorer);
    this.stops = new PathStops(context, explorer, this.model);
    makeStopEditor(context, this.model, this.stops);
    this.player = new PathPlayer(context, explorer, this.model);
    this.film = new PathFilm(context, explorer, this.model, this.player);
    this.library = new PathLibrary(context, explorer, this.model);
    makePathSettings(context, this.model);
    explorer.addPanel("path", {
      open: () => {
        this.stops.open();
        this.player.soon();
      },
      close: () => this.player.pause(),
    });
  }
}
