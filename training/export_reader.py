"""Write the reader's weights as a model folder for transformers.

    python -m training.export_reader FOLDER

`AutoModelForQuestionAnswering.from_pretrained(FOLDER)` then runs them anywhere, in float32; the
benchmarks give them to other systems' readers so.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.numpy import load_file
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

from embeddings.embed import packaged_model
from qa.span_model import WEIGHTS, unpacked


def export(folder: Path, weights: Path = WEIGHTS) -> None:
    """The model and its tokenizer, saved in `folder`."""
    packaged = packaged_model()
    model = BertForQuestionAnswering(BertConfig.from_pretrained(packaged))
    state = {
        name: torch.from_numpy(values) for name, values in unpacked(load_file(weights)).items()
    }
    model.load_state_dict(state)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(packaged).save_pretrained(folder)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    export(options.folder, options.weights)


if __name__ == "__main__":
    main()
