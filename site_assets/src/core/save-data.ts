/** The reader's wish for few bytes. */

interface Connected {
  connection?: { saveData?: boolean };
}

/** Returns whether the reader has asked their browser to save data. Not every browser tells. */
export function savesData(): boolean {
  return (navigator as Connected).connection?.saveData === true;
}
