/** Letting go of the page's thread. */

/**
 * Resolves in a task of its own: what waits meanwhile (input, frames) goes first. A timer would take its four
 * milliseconds each time.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
