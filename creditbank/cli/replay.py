"""``creditbank policy replay``: every stored decision is decided again under its own version and facts (I-14)."""

import click

from creditbank.redemption.replay import replay_decisions


@click.command()
@click.option("--version", default="", metavar="CODE", help="只重演这一版本 · decisions of this version only")
def replay(version: str) -> int:
    """重演已有的决定 · decide every stored application again; exit 1 and the first difference if one differs."""
    count, skipped = 0, {"erased": 0, "offer": 0}
    for each in replay_decisions(version=version):
        if each.difference:
            click.echo(f"{each.number} ({each.version}) {each.difference}")
            return 1
        if each.skipped:
            skipped[each.skipped] += 1
        else:
            count += 1
    click.echo(
        f"{count} 项决定重演一致，资料已抹除 {skipped['erased']} 项、条件另存 {skipped['offer']} 项未重演 · "
        f"{count} the same; not replayed: {skipped['erased']} erased, {skipped['offer']} with an offer"
    )
    return 0
