"""Asks when a border crossing was closed and who says so, through types made from the schema.

walk.py [ADDRESS [CROSSING]]
"""

import sys
from datetime import datetime

import httpx

from dateline_client import Client, GraphQLClientError, GraphQLClientGraphQLMultiError
from dateline_client.walk import (
    WalkBorderCrossingClosuresNodes as Closure,
    WalkBorderCrossingClosuresNodesExtentEnd as End,
    WalkBorderCrossingClosuresNodesExtentStart as Start,
)


def minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def bounds(moment: Start | End) -> str:
    """A moment that nobody knows exactly lies from `earliest` on and before `latest`."""
    if moment.earliest is not None and moment.earliest == moment.latest:
        return minute(moment.earliest)
    known = []
    if moment.earliest is not None:
        known.append(f"{minute(moment.earliest)} or later")
    if moment.latest is not None:
        known.append(f"before {minute(moment.latest)}")
    return ", ".join(known) or "unknown"


def show(closure: Closure) -> None:
    extent = closure.extent
    what = f"{closure.effect.value}, {closure.severity.value}".lower()
    print(f"\n{closure.event.title} ({what})")
    print(f"  from   {bounds(extent.start)}")
    print(f"  until  {'not over when last reported' if extent.ongoing else bounds(extent.end)}")
    if extent.text is not None:
        print(f'  "{extent.text}"')
    for article in closure.articles.nodes:
        print(f"  - {article.title}")
        print(f"    {article.source.name}" + (f", {article.url}" if article.url else ""))


def main(address: str = "http://127.0.0.1:8080/graphql", slug: str = "torkham") -> None:
    with Client(address) as client:
        crossing = client.walk(slug=slug).border_crossing
    if crossing is None:
        sys.exit(f'no crossing is called "{slug}"')
    print(f"{crossing.name}: {crossing.closures.total_count} closures, times in UTC")
    for closure in crossing.closures.nodes:
        show(closure)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except GraphQLClientGraphQLMultiError as answer:
        # The code is for programs and stays the same; the message is for people.
        sys.exit("\n".join(f"{error.extensions['code']}: {error.message}" for error in answer.errors))
    except (GraphQLClientError, httpx.HTTPError) as error:
        sys.exit(str(error))
