"""A process of clients: takes its crowd on standard input, says it is here, begins when told, gives the stories."""

import sys

from bench.rush.people import give, play, take

if __name__ == "__main__":
    crowd = take(sys.stdin.buffer)
    give(sys.stdout.buffer, "here")
    give(sys.stdout.buffer, play(crowd, take(sys.stdin.buffer)))
