/** The entry of pages with explainers; each explainer is a chunk of its own. */
import { start } from "./element";

start();
