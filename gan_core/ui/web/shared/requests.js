/**
 * Requests to the server functions of a component.
 *
 * @import { Functions, Gradio } from "./types.js"
 */
import { connection } from "./connection.js";

/** The server has refused a request, in a sentence, and done nothing: it may be asked anew. */
export class Refusal extends Error {}

/**
 * `ask(name, request)` for one component. A server function that raises sends `{ error: sentence }`.
 *
 * @template {Functions} F
 * @param {Gradio["server"]} server
 */
export function makeAsk(server) {
  /**
   * @template {keyof F & string} Name
   * @param {Name} name
   * @param {F[Name]["request"]} [request]
   * @returns {Promise<F[Name]["response"]>}
   */
  return async function ask(name, request = {}) {
    connection.active();
    const response = await server[name](request);
    if (response === undefined || response === null) throw await connection.failed();
    connection.active();
    if (response.error) throw new Refusal(response.error);
    return response;
  };
}

/**
 * One request in flight; while it runs only the newest one is kept, and that one is always sent, even where the app has to
 * be started again before.
 *
 * @template Request, Response
 * @param {(request: Request) => Promise<Response>} send
 * @param {(response: Response, request: Request) => void} show
 * @param {(error: Error, request: Request) => void} fail
 * @param {Pick<typeof connection, "lost" | "back">} link
 */
export function latestWins(send, show, fail, link = connection) {
  let busy = false;
  /** @type {{ request: Request } | undefined} */
  let waiting;
  /** @param {Request} request */
  return async function submit(request) {
    waiting = { request };
    if (busy) return;
    busy = true;
    while (waiting) {
      /** @type {Request} */
      const current = waiting.request;
      waiting = undefined;
      try {
        show(await send(current), current);
      } catch (error) {
        if (link.lost()) {
          waiting ??= { request: current };
          await link.back();
        } else fail(/** @type {Error} */ (error), current);
      }
    }
    busy = false;
  };
}
