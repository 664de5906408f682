"""RESULTS.md: each measurement writes its own chapter and leaves the others as they are."""

from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_chapter(title: str, lines: list[str]) -> None:
    """The chapter under `# title` is these lines; a new one stands last."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    chapters: dict[str, str] = {}
    for chapter in f"\n{text}".split("\n# ")[1:]:
        name, _, body = chapter.partition("\n")
        chapters[name] = body.strip()
    chapters[title] = "\n".join(lines).strip()
    RESULTS.write_text("\n".join(f"# {name}\n\n{body}\n" for name, body in chapters.items()), encoding="utf-8")
