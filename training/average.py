"""Average the weights of several checkpoints of one training run.

Checkpoints that were trained on from one another and on different text read better together, above
all text of neither kind (model soups; Wortsman et al., 2022).

    python -m training.average first.pt second.pt third.pt --out reader.pt
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.train_reader import weights_of


def average(checkpoints: list[Path]) -> dict[str, torch.Tensor]:
    """The mean of each weight, in float32."""
    states = [weights_of(path) for path in checkpoints]
    return {name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("checkpoints", type=Path, nargs="+", help="or files that ship")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.save({"model": average(options.checkpoints)}, options.out)


if __name__ == "__main__":
    main()
