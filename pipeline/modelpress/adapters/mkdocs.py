"""The MkDocs plugin: hooks only. It passes artefacts to the Markdown extension and never trains.

`modelpress.site.markdown` turns Markdown into live pages, so another site builder could replace
this adapter.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mkdocs.config import config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data

from modelpress.adapters.older_models import older_html, report_older
from modelpress.adapters.page_previews import previewed
from modelpress.adapters.undrawn import report_undrawn
from modelpress.core.configuration import project_of
from modelpress.core.errors import ModelpressError
from modelpress.core.plugin_options import ModelpressConfig
from modelpress.files.site_folder import require_site_folder
from modelpress.site.fence_syntax import scan
from modelpress.site.homes import home_pages
from modelpress.site.lessons.course import lessons_of
from modelpress.site.lessons.glossary import as_options, terms_of
from modelpress.site.markdown import ModelpressExtension
from modelpress.site.publish.additions import add_published, is_emptied, mark_site
from modelpress.site.publish.embed import write_embed
from modelpress.site.publish.handover import read_handover
from modelpress.site.publish.offline import head_html, write_offline
from modelpress.site.publish.packages import builders, model_packages
from modelpress.site.publish.policy import write_policy
from modelpress.site.publish.preview import Drawn, Key, Previews
from modelpress.site.publish.supply import write_sbom
from modelpress.site.theme import name_search_dialog

NAME = "modelpress"  # of the Markdown extension


class ModelpressPlugin(BasePlugin[ModelpressConfig]):  # type: ignore[misc]
    """Adds artefacts and figures to an MkDocs site built by `modelpress build`."""

    archive = False
    """Set by `modelpress build --archive` for the pages of the archive."""

    out: Path | None = None
    """Set by `modelpress build`: the folder that the pages are built into."""

    drawn: ClassVar[dict[Key, Drawn]] = {}
    """Pictures of link previews, by what they show; `modelpress serve` builds many times."""

    first_page = ""
    """Read by `modelpress serve`: URL of the first page in the navigation."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.state_dir = Path(config.config_file_path).parent.resolve() / ".modelpress"
        handover = read_handover(self.state_dir, archive=self.archive) | {
            "theme": config.theme.name or "",
            "has_formulas": self.config.formulas,
            "fact_delimiters": self.config.delimiters,
        }
        # The extension of this name is for builders without plugins.
        config.markdown_extensions[:] = [x for x in config.markdown_extensions if x != NAME]
        config.mdx_configs.pop(NAME, None)
        self.extension = ModelpressExtension(site=handover, public=str(self.state_dir / "public"))
        self.extension.setConfig("site_url", config.site_url or "")
        config.markdown_extensions.append(self.extension)
        styles = handover.get("bundle", {}).get("styles")
        if styles:
            # First, so that an author's own extra_css takes precedence.
            config.extra_css.insert(0, styles)
        self.bundle = handover.get("bundle", {})
        self.control: str | None = None
        self.previews = Previews(self.extension.site(), config.site_name, self.drawn)
        if self.config.offline and "offline" in self.bundle:
            script = config_options.ExtraScriptValue(self.bundle["offline"])
            script.type = "module"
            config.extra_javascript.append(script)
        return config

    # After all `on_config`, before MkDocs empties the folder.
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        if self.out and Path(config.site_dir) != self.out:
            raise PluginError(
                f"modelpress: a plugin or hook has set `site_dir` to {config.site_dir}.\n"
                "  Next: set `site_dir` in mkdocs.yml."
            )
        self.older = []
        if self.out is None:  # `modelpress build` has already checked both
            require_site_folder(project_of(config))
            self.older = report_older(config)

    # Late, to include pages that other plugins add.
    @event_priority(-50)  # type: ignore[untyped-decorator]
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        self.emptied = is_emptied(Path(config.site_dir))  # unless MkDocs builds with --dirty
        add_published(self.state_dir / "public", files, config)
        try:
            self.fences = scan(Path(config.docs_dir))
        except ModelpressError as error:
            raise PluginError(str(error)) from error
        self.extension.setConfig("pages", home_pages(self.fences, files))
        control = next((fence.page for fence in self.fences if fence.kind == "offline"), None)
        file = files.get_file_from_path(control) if control else None
        self.control = file.url if file is not None else None
        self._explain_terms(files)
        return files

    # Last, after other plugins have ordered the navigation: lessons follow its order.
    @event_priority(-100)  # type: ignore[untyped-decorator]
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        found = [page.file for page in nav.pages]
        self.first_page = found[0].url if found else ""
        written = ((file.src_uri, file.url, _body(file)) for file in found)
        self.extension.setConfig("lessons", lessons_of(written))
        maps = {fence.page for fence in self.fences if fence.kind == "course"}
        with_map = next((file.url for file in found if file.src_uri in maps), None)
        self.extension.setConfig("map_url", (with_map or "./") if with_map is not None else "")
        return nav

    # Last, after other plugins have changed the text.
    @event_priority(-100)  # type: ignore[untyped-decorator]
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        written = page.file.content_string
        body, _ = get_data(written)
        self.extension.open_page(
            page=page.file.src_uri,
            root=get_relative_url(".", page.url),
            line_offset=written.count("\n") - body.count("\n"),
        )
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        fences = [fence for fence in self.fences if fence.page == page.file.src_uri]
        return older_html(self.older, fences, page.file.content_string) + html

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        report_undrawn(output, page.file.src_uri)
        if self.config.offline and "offline" in self.bundle:
            root = get_relative_url(".", page.url).rstrip("/") + "/"
            output = output.replace("</head>", head_html(root, self.control) + "</head>", 1)
        if not self.archive:
            site = self.extension.site()
            output = previewed(output, page, config, self.previews, self.fences, site)
        return name_search_dialog(output) if self.config.look else output

    # Last: other plugins write files too, and the lists must include them.
    @event_priority(-100)  # type: ignore[untyped-decorator]
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if not self.archive:  # pages from a folder have no origin for a policy
            write_policy(Path(config.site_dir), in_pages=self.config.policy)
        self.previews.write(Path(config.site_dir))
        self._write_materials(config)
        write_embed(Path(config.site_dir), config.site_name, self.extension.site())
        if self.config.offline and "offline" in self.bundle:
            write_offline(Path(config.site_dir), config.site_name, self.bundle)
        if self.out is None and self.emptied:
            mark_site(Path(config.site_dir))

    def on_build_error(self, *, error: Exception) -> None:
        # An author's mistake is reported as a sentence, without a traceback.
        if isinstance(error, ModelpressError):
            raise PluginError(str(error)) from error

    def _write_materials(self, config: MkDocsConfig) -> None:
        theme = config.theme.name or ""
        extensions = (each for each in config.markdown_extensions if isinstance(each, str))
        models = sorted((self.state_dir / "public").glob("*/*/*/source.py"))
        made_with = builders(config.plugins, extensions, theme) | model_packages(models)
        write_sbom(
            Path(config.site_dir), config.site_name, self.bundle, theme=theme, made_with=made_with
        )

    def _explain_terms(self, files: Files) -> None:
        page = self.config.glossary
        if not page:
            return
        file = files.get_file_from_path(page)
        if file is None:
            raise PluginError(f"modelpress: `glossary` is {page!r}, and docs has no such page.")
        try:
            terms = as_options(terms_of(_body(file), page))
        except ModelpressError as error:
            raise PluginError(str(error)) from error
        self.extension.setConfig("glossary", {"page": page, "url": file.url, "terms": terms})


def _body(file: File) -> str:
    """Returns the Markdown of a page without its front matter."""
    return str(get_data(file.content_string)[0])
