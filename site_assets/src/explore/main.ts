/** The entry point of pages with explainers. Each explainer is a separate chunk. */
import { start } from "./element";

start();
