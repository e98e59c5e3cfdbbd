/** What turns a surface and what paints it. */
import type { Scene } from "../draw/surface";

export interface Turned {
  turn: number;
  tilt: number;
}

/** What draws a scene into its place. */
export interface Painter {
  paint(scene: Scene, turn: number, tilt: number): void;
  stop(): void;
}
