/**
 * A batch as data.
 *
 * @typedef {{ total: number, done: number, failed: number }} Count of pictures
 */

/** How far a batch is, in words. @param {string} words @param {Count} count */
export const countText = (words, { total, done, failed }) =>
  `${words} ${done} of ${total}${failed ? `, ${failed} not possible` : ""}`;

/** Share of the pictures that nothing is left to do for. @param {Count} count */
export const doneShare = ({ total, done, failed }) => (total ? (done + failed) / total : 1);

/** How far one long work is, in words. @param {string} words @param {number} share */
export const shareText = (words, share) => `${words}, ${Math.round(share * 100)} %`;
