/** Yields the main thread. */

interface Scheduling {
  scheduler?: { postTask?: (task: () => void, options: { priority: string }) => Promise<void> };
}

/**
 * Resolves in a new task, after pending input and frames. A timer would add four milliseconds each time. urgent: before
 * other scripts of the page, where the browser can do so.
 */
export function nextTask(urgent = false): Promise<void> {
  const { scheduler } = globalThis as Scheduling;
  if (urgent && scheduler?.postTask) return scheduler.postTask(() => undefined, { priority: "user-blocking" });
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
