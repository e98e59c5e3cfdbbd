/** Renders a surface on a canvas with three.js, in the projection of `projected` in `surface.ts`. */
import {
  AmbientLight, BufferAttribute, BufferGeometry, Color, CylinderGeometry, DirectionalLight, DoubleSide, InstancedMesh, LineBasicMaterial, LineLoop, LineSegments, Mesh,
  MeshBasicMaterial, MeshLambertMaterial, Object3D, OrthographicCamera, Plane, Scene as Stage, SphereGeometry, SRGBColorSpace, Vector3, WebGLRenderer,
} from "three";
import { ringsOf, type Heights } from "../draw/contours";
import { inside } from "../draw/marks";
import { FLOOR, onSurface, SCALE, MAX_HEIGHT, scaledHeight, type Scene } from "../draw/surface";
import type { Painter } from "./surface-scene";

const HALF = 500 / SCALE; // half the view, in units of the plane
const MAX_SEGMENTS = 1000;
const RADIUS = 0.004; // of a path's tube
const CONTOURS = 9;

/** Returns a painter for a new canvas in `place`. lost: called when the WebGL context is lost. Throws without WebGL. */
export function canvasPainter(place: HTMLElement, lost: () => void): Painter {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true }); // for printing
  renderer.localClippingEnabled = true;
  const stage = new Stage();
  const camera = new OrthographicCamera(-HALF, HALF, HALF, -HALF, 0.1, 10);
  const lamp = new DirectionalLight(0xffffff, 1.6);
  stage.add(new AmbientLight(0xffffff, 1.9), lamp);
  const ground = new MeshLambertMaterial({ vertexColors: true, side: DoubleSide, clippingPlanes: [new Plane(new Vector3(0, 0, -1), MAX_HEIGHT)], polygonOffset: true, polygonOffsetFactor: 1 });
  const surface = new Mesh(new BufferGeometry(), ground);
  const rings = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true, opacity: 0.45 }));
  const tube = new InstancedMesh(new CylinderGeometry(RADIUS, RADIUS, 1, 6), new MeshBasicMaterial({ depthTest: false }), MAX_SEGMENTS);
  const balls = new InstancedMesh(new SphereGeometry(0.022, 24, 16), new MeshLambertMaterial({ depthTest: false }), 8);
  tube.renderOrder = 1;
  balls.renderOrder = 2;
  tube.frustumCulled = balls.frustumCulled = false;
  const floor = new LineLoop(new BufferGeometry().setAttribute("position", new BufferAttribute(new Float32Array(FLOOR.flat()), 3)), new LineBasicMaterial());
  stage.add(floor, surface, rings, tube, balls);

  let shown: Heights | null = null;
  let last: [Scene, number, number] | null = null;
  const render = (): void => {
    if (!last || canvas.clientWidth === 0) return;
    const [scene, turn, tilt] = last;
    if (shown !== scene.heights) raise(scene);
    look(camera, lamp, turn, tilt);
    drawTracks(scene);
    renderer.render(stage, camera);
  };
  const raise = (scene: Scene): void => {
    shown = scene.heights;
    const [low, high] = [colorOf(place, "var(--mp-surface-low)"), colorOf(place, "var(--mp-surface-high)")];
    surface.geometry.dispose();
    surface.geometry = groundOf(scene, low, high);
    rings.geometry.dispose();
    rings.geometry = contourGeometry(scene);
    rings.material.color = colorOf(place, "var(--mp-ink)");
    floor.material.color = colorOf(place, "var(--mp-edge)");
  };
  const drawTracks = (scene: Scene): void => {
    const helper = new Object3D();
    const up = new Vector3(0, 1, 0);
    let segments = 0;
    scene.tracks.forEach(({ color, points }, i) => {
      const paint = colorOf(place, color);
      const seen = points.filter((point) => inside(scene.heights, point)).map((point) => new Vector3(...onSurface(scene, point)));
      seen.forEach((to, k) => {
        const from = seen[k - 1];
        if (!from || segments >= MAX_SEGMENTS) return;
        const along = to.clone().sub(from);
        helper.position.copy(from).addScaledVector(along, 0.5);
        helper.scale.set(1, along.length(), 1);
        helper.quaternion.setFromUnitVectors(up, along.length() > 0 ? along.normalize() : up);
        helper.updateMatrix();
        tube.setMatrixAt(segments, helper.matrix);
        tube.setColorAt(segments++, paint);
      });
      const end = points.at(-1);
      helper.quaternion.identity();
      helper.scale.setScalar(end && inside(scene.heights, end) ? 1 : 0);
      helper.position.copy(seen.at(-1) ?? new Vector3());
      helper.updateMatrix();
      balls.setMatrixAt(i, helper.matrix);
      balls.setColorAt(i, paint);
    });
    tube.count = segments;
    balls.count = scene.tracks.length;
    for (const mesh of [tube, balls]) {
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
  };
  const fit = new ResizeObserver(() => {
    renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    renderer.setSize(place.clientWidth, place.clientHeight, false);
    render();
  });
  const theme = new MutationObserver(() => {
    shown = null;
    render();
  });
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
  const life = new AbortController();
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    lost();
  }, life);
  place.prepend(canvas);
  place.setAttribute("data-drawn", "webgl");
  fit.observe(place);

  return {
    paint: (scene, turn, tilt) => {
      last = [scene, turn, tilt];
      render();
    },
    stop: () => {
      life.abort();
      fit.disconnect();
      theme.disconnect();
      for (const { geometry } of [surface, rings, floor, tube, balls]) geometry.dispose();
      renderer.dispose();
      renderer.forceContextLoss(); // at once: a collected canvas frees its context too late for the next surface
      canvas.remove();
      place.setAttribute("data-drawn", "svg");
    },
  };
}

function look(camera: OrthographicCamera, lamp: DirectionalLight, turn: number, tilt: number): void {
  const [t, u] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const ahead = new Vector3(Math.sin(t), Math.cos(t), 0);
  const middle = new Vector3(0, 0, MAX_HEIGHT / 2);
  camera.up.copy(ahead).multiplyScalar(Math.sin(u)).add(new Vector3(0, 0, Math.cos(u)));
  camera.position.copy(middle).addScaledVector(ahead, -3 * Math.cos(u)).add(new Vector3(0, 0, 3 * Math.sin(u)));
  camera.lookAt(middle);
  // The light comes from the viewer's upper left at every angle.
  const left = new Vector3(-Math.cos(t), Math.sin(t), 0);
  lamp.position.copy(left).multiplyScalar(2).addScaledVector(ahead, -1).add(new Vector3(0, 0, 2.5));
}

function groundOf(scene: Scene, low: Color, high: Color): BufferGeometry {
  const { across, up, values } = scene.heights;
  const places = new Float32Array(3 * across * up);
  const colors = new Float32Array(3 * across * up);
  const mixed = new Color();
  for (let i = 0; i < across * up; i += 1) {
    const height = scaledHeight(scene, values[i]!); // the material's clipping plane removes what is above MAX_HEIGHT
    places.set([(i % across) / (across - 1) - 0.5, Math.floor(i / across) / (up - 1) - 0.5, height], 3 * i);
    mixed.copy(low).lerp(high, Math.min(1, height / MAX_HEIGHT));
    colors.set([mixed.r, mixed.g, mixed.b], 3 * i);
  }
  const corners: number[] = [];
  for (let row = 0; row + 1 < up; row += 1) {
    for (let column = 0; column + 1 < across; column += 1) {
      const a = row * across + column;
      corners.push(a, a + 1, a + across + 1, a, a + across + 1, a + across);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(places, 3));
  geometry.setAttribute("color", new BufferAttribute(colors, 3));
  geometry.setIndex(corners);
  geometry.computeVertexNormals();
  return geometry;
}

/** Contour lines on the surface. */
function contourGeometry(scene: Scene): BufferGeometry {
  const places: number[] = [];
  for (let i = 1; i <= CONTOURS; i += 1) {
    const fraction = i / (CONTOURS + 1);
    const height = MAX_HEIGHT * fraction;
    for (const ring of ringsOf(scene.heights, scene.low + fraction * (scene.high - scene.low))) {
      ring.forEach(([x, y], k) => {
        const [px, py] = ring[k - 1] ?? [NaN, NaN];
        const edge = (x === px && (x === 0 || x === 1)) || (y === py && (y === 0 || y === 1));
        if (k > 0 && !edge) places.push(px - 0.5, py - 0.5, height, x - 0.5, y - 0.5, height);
      });
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(places), 3));
  return geometry;
}

/** Converts any CSS colour, also with variables and color-mix(), to a three.js colour. */
function colorOf(place: HTMLElement, css: string): Color {
  const probe = document.createElement("span");
  probe.style.color = css;
  place.append(probe);
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true })!;
  dot.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  dot.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = dot.getImageData(0, 0, 1, 1).data;
  return new Color().setRGB(r / 255, g / 255, b / 255, SRGBColorSpace);
}
