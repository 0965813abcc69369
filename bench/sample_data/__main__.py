"""Fill an empty archive with sample data: `python -m bench.sample_data --records 10000`; `--help` says more."""

import argparse
import os
import sys
import time

import django


def main(arguments: list[str] | None = None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")
    django.setup()
    from .captions import caption
    from .generator import SampleArchive, is_empty

    parser = argument_parser()
    options = parser.parse_args(arguments)
    if not options.add and not is_empty():
        parser.error("This archive is not empty. To put sample data among the real records, say --add.")
    start = time.monotonic()
    archive = SampleArchive(options.records, options.seed, options.drafts)
    for remaining in archive.generate():
        if sys.stderr.isatty() and not options.quiet:
            print(f"\r{options.records - remaining} / {options.records}", end="", file=sys.stderr, flush=True)
    if options.said:
        caption(archive.sentences, options.seed, options.said)
    if not options.quiet:
        seconds = time.monotonic() - start
        print(f"{options.records} records generated in {seconds:.0f} s. Now run manage.py rebuild_search.")


def argument_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.sample_data",
        description="Fills an empty archive with events, talks, people and organisations that do not exist.",
    )
    parser.add_argument("--records", type=count, default=1000, help="How many records the public can find (1000).")
    parser.add_argument("--seed", type=int, default=1, help="The same number gives the same archive (1).")
    parser.add_argument("--drafts", type=share, default=0.0, help="Share of events that are not public (0).")
    parser.add_argument(
        "--said", type=count, default=0, help="Paragraphs that are said in each recording, as files of captions (0)."
    )
    parser.add_argument("--add", action="store_true", help="Add to an archive that already holds something.")
    parser.add_argument("--quiet", action="store_true", help="Print nothing.")
    return parser


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("an archive has at least one record.")
    return number


def share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError("a share is a number from 0 to below 1, for example 0.1.")
    return number


if __name__ == "__main__":
    main()
