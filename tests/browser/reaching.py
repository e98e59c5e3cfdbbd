"""A page made four times as large: all of it is reached, and nothing stands before it."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %


def all_is_reachable(page: Page) -> None:
    """No sideways scrolling, and what the keyboard comes to in a figure is seen, not covered."""
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{over} pixels too wide"
    covered = page.evaluate(
        """() => {
          const found = [...document.querySelectorAll(
            "article :is(a[href], button, input, select, summary, [tabindex='0'])")];
          return found.filter((control) => {
            if (control.disabled || !control.checkVisibility({ visibilityProperty: true })) {
              return false;
            }
            control.focus();
            if (document.activeElement !== control) return false;
            const boxes = [...control.getClientRects()].filter((box) => box.width && box.height);
            if (!boxes.length) return false;
            return !boxes.some(({ left, right, top, bottom }) => {
              const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
                              (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
              const hit = document.elementFromPoint(x, y);
              return hit?.closest("article");  // not what stands before it, such as the header
            });
          }).map((control) => control.outerHTML.slice(0, 120));
        }"""
    )
    assert covered == [], covered
