"""Pages that rest as soon as they have loaded, for tests of what happens then."""

# Ten quiet seconds, those of `site_assets/src/offline/page.ts`, pass at once.
RESTS = """
{
  const { setTimeout: later } = window;
  window.setTimeout = (act, ms, ...given) => later(act, ms === 10_000 ? 0 : ms, ...given);
}
"""
