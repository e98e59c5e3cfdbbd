/** The site's manifest. */
import { ModelpressError } from "../core/errors";
import { shown } from "../core/shown";
import { SCHEMA, type Manifest } from "../core/schema";
import { fetchBytes, once, parse } from "./files";

const MANIFEST = "models/manifest.json";

/** The site's manifest, the one file that nothing else has the hash of. */
export function fetchManifest(): Promise<Manifest> {
  return once("manifest", async () => {
    const found = readManifest((await fetchBytes(MANIFEST)).bytes);
    const version: unknown = found?.schema;
    if (found && version === SCHEMA) return found;
    if (found) {
      throw new ModelpressError(
        `${MANIFEST} has version ${shown(version)} of the schema; these scripts read version ${SCHEMA}. ` +
          "Load the page again: its scripts are of another build.",
      );
    }
    throw new ModelpressError(`${MANIFEST} is not the file that was built. Load the page again.`);
  });
}

function readManifest(bytes: Uint8Array): Manifest | null {
  try {
    const found = parse(bytes) as Manifest | null;
    return typeof found?.models === "object" && found.models ? found : null;
  } catch {
    return null; // HTML, such as a log-in page with status 200
  }
}
