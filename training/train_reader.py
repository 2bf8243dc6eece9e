"""Train the reader: MiniLM weights to a model that marks the words that answer, or none.

    python -m training.train_reader --data clozes.json.gz --out first.pt --epochs 1 --dropout 0
    python -m training.train_reader --squad SQUAD --data own.json.gz --start first.pt --out last.pt

It starts from the packaged all-MiniLM-L6-v2 or from a checkpoint and learns start and end of the
answer (BERT's question-answering head; Devlin et al., 2019), with the first token standing for "no
answer" (Rajpurkar et al., 2018). Progress is saved, and a run that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import load_file
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from embeddings.embed import packaged_model, preferred_precision
from qa.span_model import header, unpacked
from training import squad
from training.squad import HELD_OUT, SEED, Example, Window

LENGTH, STRIDE = 256, 96
MULTIPLE = 32  # of a batch's length in tokens: each new shape costs time and memory
SAVE_EVERY = 100  # steps
HALF = preferred_precision() == "bfloat16"  # whether the CPU multiplies such numbers itself


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--squad", type=Path, help="folder of SQuAD .json.gz files")
    parser.add_argument("--share", type=float, default=1.0, help="of SQuAD's questions to use")
    parser.add_argument("--data", type=Path, nargs="+", default=[], help="more in SQuAD's format")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write and resume")
    parser.add_argument("--stop", type=int, default=0, help="stop after that many steps")
    parser.add_argument(
        "--start", type=Path, help="weights to begin with: a checkpoint, or a file that ships"
    )
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--dropout", type=float, default=0.1, help="of hidden states")
    parser.add_argument("--negatives", type=float, default=0.3, help="share of extra unanswerables")
    parser.add_argument(
        "--close", type=float, default=0.0, help="share of SQuAD read by few sentences as well"
    )
    parser.add_argument(
        "--held-out", type=int, default=HELD_OUT, help="articles kept for validation"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--seed", type=int, default=SEED, help="of the order; not of what is held out"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    train(options)


def train(options: argparse.Namespace) -> None:
    """Train for the epochs asked, resuming from the checkpoint when there is one."""
    folder = packaged_model()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    training: list[Example] = []
    validation: list[Example] = []
    if options.squad:
        examples = squad.load(sorted(options.squad.glob("*.json.gz")))
        training, validation = squad.split(examples, options.held_out, SEED)
        chooser = random.Random(options.seed)
        training = [one for one in training if chooser.random() < options.share]
        training += squad.close(training, options.close, options.seed)
        training = titled(training, options.seed)
    training += squad.load(options.data)
    model = AutoModelForQuestionAnswering.from_pretrained(
        folder,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=options.dropout,
        dtype=torch.float32,
        attn_implementation="eager",  # small heads: a quarter faster than the fused kernel here
    )
    batches = [
        batch
        for epoch in range(options.epochs)
        for batch in _batches(tokenizer, training, options, epoch)
    ]
    print(
        f"{len(training)} training, {len(validation)} validation, {len(batches)} steps", flush=True
    )
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=options.rate, weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.rate, total_steps=len(batches), pct_start=0.1, anneal_strategy="linear"
    )
    first = 0
    if options.start:
        model.load_state_dict(weights_of(options.start))
    if options.out.exists():
        state = torch.load(options.out, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    model.train()
    began, losses = time.monotonic(), []
    for step in range(first, min(len(batches), options.stop or len(batches))):
        losses.append(_step(model, optimizer, schedule, _padded(batches[step])))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 in (len(batches), options.stop):
            rate = len(losses) * options.batch / (time.monotonic() - began)
            print(
                f"step {step + 1} loss {sum(losses[-50:]) / len(losses[-50:]):.3f}"
                f" {rate:.1f} samples/s",
                flush=True,
            )
            _save(options.out, model, optimizer, schedule, step + 1)


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint, or of a file that ships."""
    if path.suffix == ".safetensors":
        stored = unpacked(load_file(path))
        return {name: torch.from_numpy(values) for name, values in stored.items()}
    loaded: dict[str, torch.Tensor] = torch.load(path, weights_only=True)["model"]
    return loaded


def titled(examples: Sequence[Example], seed: int) -> list[Example]:
    """Half of the examples with the article's title before the paragraph, as releases are read."""
    chooser = random.Random(seed)
    made = []
    for example in examples:
        if chooser.random() < 0.5:
            before = header(example.article.replace("_", " "), None)
            answers = tuple((at + len(before), text) for at, text in example.answers)
            context = before + example.context
            example = replace(example, context=context, answers=answers)
        made.append(example)
    return made


def _step(model: Any, optimizer: Any, schedule: Any, batch: dict[str, torch.Tensor]) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
        loss = model(**batch).loss
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return float(loss.detach())


def _batches(
    tokenizer: Any, examples: Sequence[squad.Example], options: argparse.Namespace, epoch: int
) -> Iterator[list[Window]]:
    """One epoch: shuffled, then batches of windows of about the same length."""
    chooser = random.Random(options.seed + epoch)
    extra = squad.negatives(examples, options.negatives, options.seed + epoch)
    chosen = []
    for example in [*examples, *extra]:
        found = squad.windows(tokenizer, example, LENGTH, STRIDE)
        holding = [window for window in found if window.start]
        chosen.append(chooser.choice(holding or found))
    chooser.shuffle(chosen)
    batches = []
    size = options.batch
    for at in range(0, len(chosen), 50 * size):
        pool = sorted(chosen[at : at + 50 * size], key=lambda window: len(window.input_ids))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    chooser.shuffle(batches)
    yield from batches


def _padded(batch: Sequence[Window]) -> dict[str, torch.Tensor]:
    longest = max(len(window.input_ids) for window in batch)
    longest += -longest % MULTIPLE
    rows = [(w.input_ids, w.token_type_ids, longest - len(w.input_ids)) for w in batch]
    return {
        "input_ids": torch.tensor([ids + [0] * pad for ids, _, pad in rows]),
        "token_type_ids": torch.tensor([types + [0] * pad for _, types, pad in rows]),
        "attention_mask": torch.tensor([[1] * len(ids) + [0] * pad for ids, _, pad in rows]),
        "start_positions": torch.tensor([window.start for window in batch]),
        "end_positions": torch.tensor([window.end for window in batch]),
    }


def _save(path: Path, model: Any, optimizer: Any, schedule: Any, step: int) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "step": step,
        },
        temporary,
    )
    temporary.replace(path)


if __name__ == "__main__":
    main()
