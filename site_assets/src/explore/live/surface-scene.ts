/** Types that the surface's painter and its controls share. */
import type { Scene } from "../draw/surface";

/** In degrees. */
export interface ViewAngles {
  turn: number;
  tilt: number;
}

/** Renders a scene into its element. */
export interface Painter {
  paint(scene: Scene, turn: number, tilt: number): void;
  stop(): void;
}
