"""Learn which news of a library tell of an event for this archive, and measure it: `make relevance`.

Logistic regression (scikit-learn) on the features of events/importing/watching/relevance.py: binary, each piece of news
of length one. It learns from judged_news/training.json and writes weights.json; `held_out.json` it has never seen.
"""

import json
import math
import os
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")

NEWS = Path(__file__).with_name("judged_news")
STRENGTH = 10  # inverse of the regularisation, C: chosen by leaving out one writer's news after another
IN_AT_LEAST = 2  # pieces of news
LEAST = 0.01  # weights nearer to nothing are left out
Z = 1.96  # of a 95 per cent interval


def main() -> None:
    import django

    django.setup()
    from events.importing.watching import relevance

    training, held_out = (json.loads((NEWS / f"{name}.json").read_text()) for name in ("training", "held_out"))
    relevance.WEIGHTS.write_text(learnt([*training, *headlines(training)]), encoding="utf-8")
    for name, items in ("learnt from", training), ("held out", held_out), ("its headlines", headlines(held_out)):
        verdicts = Counter(
            (item["is_event"], relevance.judge(item["title"], item["text"]).is_relevant) for item in items
        )
        right, missed, wrong = verdicts[True, True], verdicts[True, False], verdicts[False, True]
        print(f"{name:13} {len(items):5} recall {share(right, missed)}  precision {share(right, wrong)}")


def headlines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the headlines that tell alone what it is: a feed may give nothing else."""
    from events.importing.watching.relevance import features

    alone = [{**item, "text": ""} for item in items]
    telling = {"title: event online", "title: from afar"}
    return [item for item in alone if not item["is_event"] or telling & features(item["title"], "").keys()]


def learnt(items: list[dict[str, Any]]) -> str:
    """Return the model as JSON, a feature a line."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    from events.importing.watching.relevance import features

    found = [features(item["title"], item["text"]) for item in items]
    counts = Counter(name for names in found for name in names)
    columns = {
        name: column for column, name in enumerate(sorted(name for name in counts if counts[name] >= IN_AT_LEAST))
    }
    rows, places, values = [], [], []
    for row, names in enumerate(found):
        for name in names.keys() & columns.keys():
            rows.append(row)
            places.append(columns[name])
            values.append(1 / math.sqrt(len(names)))
    matrix = csr_matrix((values, (rows, places)), shape=(len(items), len(columns)))
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(matrix, [item["is_event"] for item in items])
    weights = {name: round(model.coef_[0][column], 2) for name, column in columns.items()}
    kept = {name: weight for name, weight in weights.items() if abs(weight) > LEAST}
    return json.dumps({"bias": round(model.intercept_[0], 2), "weights": kept}, ensure_ascii=False, indent=0) + "\n"


def share(right: int, others: int) -> str:
    """The share with its 95 per cent interval (Wilson)."""
    number = right + others
    part = right / number
    middle = (part + Z**2 / (2 * number)) / (1 + Z**2 / number)
    half = Z * math.sqrt(part * (1 - part) / number + Z**2 / (4 * number**2)) / (1 + Z**2 / number)
    return f"{part:.3f} ({middle - half:.2f}–{middle + half:.2f})"


if __name__ == "__main__":
    main()
