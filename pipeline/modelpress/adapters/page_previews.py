"""The preview of a link to an MkDocs page."""

from __future__ import annotations

from collections.abc import Sequence

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from modelpress.site.context import Site
from modelpress.site.fence_syntax import Fence
from modelpress.site.publish.preview import Previews


def previewed(
    output: str,
    page: Page,
    config: MkDocsConfig,
    previews: Previews,
    fences: Sequence[Fence],
    site: Site,
) -> str:
    """Returns a page with the tags of its preview, unless another plugin has written some.

    A page without a figure and description of its own has that of the whole site.
    """
    if 'property="og:' in output:
        return output
    own = page.meta.get("description")
    on_page = (fence for fence in fences if fence.page == page.file.src_uri)
    slug = next((f.slug for f in on_page if f.kind == "model" and f.slug in site.models), "")
    title = str(page.title or config.site_name) if slug or own else config.site_name
    site_url = config.site_url and config.site_url.rstrip("/") + "/"
    root = site_url or get_relative_url(".", page.url).rstrip("/") + "/"
    description = str(own or config.site_description or "")
    tags = previews.tags(title, description, slug, root, page.canonical_url or "")
    return output.replace("</head>", f"{tags}</head>", 1)
