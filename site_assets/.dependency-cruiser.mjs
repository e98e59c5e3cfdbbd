/** The walls of the browser's sources: a room imports those before it in this list, and nothing imports in a circle. */
const ROOMS = [
  "core", "kinds", "exact", "runtime", "training", "(inputs|outputs)",
  "figures/(charts|tools)", "figures/model", "figures/trainer", "figures/failure", "figures/(tape|seeds|epochs|layers|table|words)",
  "explore/lib", "explore/draw", "explore/(explainer|player)", "explore/live", "explore/(figure|element)", "explain",
];
/** What a page loads; each stands alone. */
const ENTRIES = ["main", "public", "explore/main", "course", "offline", "embed", "archive"];
const inRoom = (room) => `^src/${room}(/|\\.ts)`;

export default {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    ...ROOMS.map((room, i) => ({
      name: `${room.replace(/\W+/g, "-")}-imports-no-higher-room`,
      severity: "error",
      from: { path: inRoom(room) },
      to: { path: [...ROOMS.slice(i + 1), ...ENTRIES].map(inRoom), dynamic: false },
    })),
    {
      name: "inputs-and-outputs-are-apart", severity: "error",
      from: { path: "^src/(inputs|outputs)/" }, to: { path: "^src/(inputs|outputs)/", pathNot: "^src/$1/" },
    },
    {
      name: "entries-are-apart", severity: "error",
      from: { path: "^src/(course|offline|embed|archive)/" },
      to: { path: "^src/(main\\.ts|explore/main\\.ts|course/|offline/|embed/|archive/)", pathNot: "^src/$1/" },
    },
    {
      name: "mathematics-has-no-page", severity: "error",
      from: { path: "^src/(exact|training|runtime|explore/lib)/" }, to: { path: "^src/core/dom\\.ts" },
    },
    { name: "no-unknown-import", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^(virtual:|modelpress:)" } },
  ],
  options: { tsConfig: { fileName: "tsconfig.json" }, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
