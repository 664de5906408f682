"""One rush from its drafts to the count: the plan, and what came of it."""

import os
import random
from dataclasses import dataclass

from bench.measuring import cpu_seconds
from bench.rush.drafts import prepare
from bench.rush.people import Story, rush
from bench.rush.proof import Proof, prove
from bench.rush.serving import Place, let_go, served


@dataclass(frozen=True)
class Plan:
    """How many come within how many minutes; which share of them still sends a photo, and how large; how many processes
    of how many clients play them."""

    submissions: int
    minutes: float
    photos: float
    kilobytes: int
    processes: int
    clients: int


@dataclass(frozen=True)
class Outcome:
    """One rush: what people saw, what is there, and what it took."""

    stories: list[Story]
    proof: Proof
    cpu: float
    load: float
    errors: tuple[str, ...]  # what the server wrote of its own defects

    @property
    def took(self) -> float:
        return max(one.ended_at for one in self.stories)

    @property
    def is_whole(self) -> bool:
        """Nobody was lost, doubled or turned away by a defect of the portal."""
        return not self.proof.faults and not self.failed and not self.errors

    @property
    def failed(self) -> int:
        """Answers of 500 and above."""
        return sum(code >= 500 for one in self.stories for _step, code in one.codes)

    def times(self, step: str) -> list[float]:
        return sorted(seconds for one in self.stories for name, seconds in one.seconds if name == step)


def come(where: Place, plan: Plan) -> Outcome:
    """Make the applicants in an empty place, let them come, count."""
    app = where.app()
    with app.app_context():
        applicants = prepare(
            app, count=plan.submissions, photos_in_rush=round(plan.submissions * plan.photos), kilobytes=plan.kilobytes
        )
    let_go(app)
    dice = random.Random(plan.submissions)  # noqa: S311  who comes when
    comers = [(dice.random() * plan.minutes * 60, one) for one in dice.sample(applicants, len(applicants))]
    with served(where) as server:
        before = cpu_seconds(server.pid)
        stories = rush(
            comers, port=where.port, processes=plan.processes, clients=plan.clients, kilobytes=plan.kilobytes
        )
        cpu, load = cpu_seconds(server.pid) - before, os.getloadavg()[1]
    proof = prove(app, applicants, stories, kilobytes=plan.kilobytes)
    let_go(app)
    return Outcome(stories, proof, cpu, load, tuple(defects(where)))


def defects(where: Place) -> list[str]:
    """What the server wrote of its own defects: each trace in words."""
    log = (where.folder / "server.log").read_text(errors="replace")
    return [f"Traceback{trace[:4000]}" for trace in log.split("Traceback")[1:]]
