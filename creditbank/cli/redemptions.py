"""``creditbank redemptions``: what a student may redeem, and every step of an application."""

import json

import click
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.cli.acting import account_of_card, acting, as_option, redemption_of
from creditbank.errors import NotFound
from creditbank.institutions.models import Institution
from creditbank.people.consents import current_text
from creditbank.people.rights import require_office
from creditbank.policy.amounts import format_hundredths
from creditbank.policy.decision import Decision
from creditbank.redemption import actions
from creditbank.redemption.eligibility import certificate_decisions, decision_for
from creditbank.redemption.models import Redemption
from creditbank.redemption.parties import capacity_of

card_argument = click.argument("card")
number_argument = click.argument("number")
class_option = click.option(
    "--class",
    "price_class",
    type=click.Choice(["full", "half", "subsidised"]),
    default=None,
    help="价位 · price class",
)
OUTCOMES = ("paid", "travelled", "enrolled", "delivered", "no-show")


@click.group()
def redemptions() -> None:
    """兑换：资格、申请、审核、决定 · eligibility, application, review, decision."""


@redemptions.command()
@card_argument
@as_option
@click.option("--product", default="", help="只看一个产品，给出全部要求（JSON）· one product, whole, as JSON")
@class_option
def eligibility(card: str, username: str, product: str, price_class: str | None) -> int:
    """能兑换什么、还差什么 · what CARD's holder may redeem today, and what is missing; as student or guardian."""
    at = clock.now()
    account = account_of_card(card)
    capacity_of(acting(username, "student"), account, at)
    if product:
        decision = decision_for(account, product, at, price_class=price_class)
        click.echo(json.dumps(decision.to_json(), ensure_ascii=False, indent=2))
        return 0 if decision.eligible else 1
    _print_decisions(certificate_decisions(account, at))
    return 0


@redemptions.command()
@card_argument
@click.argument("product")
@as_option
@click.option("--route", type=click.Choice(["skill", "champion"]), default=None, help="途径 · route")
@click.option("--agree", is_flag=True, help="作为监护人同意现行同意书 · agree as the guardian to the text in force")
@class_option
def apply(card: str, product: str, username: str, *, route: str | None, agree: bool, price_class: str | None) -> None:
    """提交兑换申请 · apply for PRODUCT for the holder of CARD."""
    at = clock.now()
    version = current_text("redemption", at).version if agree else ""
    redemption = actions.apply_for_product(
        actor=acting(username, "guardian" if agree else "student"),
        account=account_of_card(card),
        product=product,
        route=route,
        price_class=price_class,
        text_version=version,
        at=at,
    )
    _print_state(redemption)


@redemptions.command()
@number_argument
@as_option
def agree(number: str, username: str) -> None:
    """监护人按现行同意书同意 · agree to an application as the guardian, to the text in force."""
    at = clock.now()
    _print_state(
        actions.agree_as_guardian(
            actor=acting(username, "guardian"),
            redemption=redemption_of(number),
            text_version=current_text("redemption", at).version,
            at=at,
        )
    )


@redemptions.command()
@number_argument
@as_option
def withdraw(number: str, username: str) -> None:
    """撤回申请，冻结的学分立即退回 · take an application back; what was held goes back at once."""
    actor = acting(username, "student")
    _print_state(actions.withdraw_redemption(actor=actor, redemption=redemption_of(number), at=clock.now()))


@redemptions.command()
@number_argument
@as_option
@click.option("--advice", type=click.Choice(["accept", "refuse"]), required=True, help="审核意见 · advice")
@click.option("--note", default="", help="审核说明 · note for the decider")
def review(number: str, username: str, advice: str, note: str) -> None:
    """审核员提出建议 · review an application as a reviewer of the office."""
    _print_state(
        actions.review_redemption(
            actor=acting(username, "reviewer"),
            redemption=redemption_of(number),
            advice=advice,
            note=note,
            at=clock.now(),
        )
    )


@redemptions.command()
@number_argument
@as_option
@click.option("--issuer", default="", metavar="CODE", help="证书的颁发机构代码 · the issuing body of a certificate")
def accept(number: str, username: str, issuer: str) -> None:
    """核准人同意 · accept an application as the decider: settle the hold, issue the certificate if it is one."""
    redemption = redemption_of(number)
    if redemption.price_id is not None:
        actor = acting(username, "decider")
        _print_state(actions.accept_priced(actor=actor, redemption=redemption, at=clock.now()))
        return
    body = Institution.objects.issuing_bodies().filter(code=issuer).first()
    if body is None:
        raise NotFound("没有这个颁发机构。", field="--issuer")
    certificate = actions.accept_redemption(
        actor=acting(username, "decider"), redemption=redemption, issuer=body, at=clock.now()
    )
    click.echo(f"{certificate.number} {certificate.check_code}")


@redemptions.command()
@number_argument
@as_option
@click.option("--reason", required=True, help="理由 · reason, which the applicant reads")
def refuse(number: str, username: str, reason: str) -> None:
    """核准人不予同意，写明理由 · refuse an application as the decider, with a reason."""
    actor = acting(username, "decider")
    _print_state(
        actions.refuse_redemption(actor=actor, redemption=redemption_of(number), reason=reason, at=clock.now())
    )


@redemptions.command()
@number_argument
@as_option
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True, help="结果 · what became of it")
@click.option("--proof", required=True, help="凭证，申请人会看到 · what proves it; the applicant reads it")
def fulfil(number: str, username: str, outcome: str, proof: str) -> None:
    """登记履行或未到场 · record that an accepted product was given, or that nobody came; as a reviewer."""
    actor, found, at = acting(username, "reviewer"), redemption_of(number), clock.now()
    if outcome == "no-show":
        _print_state(actions.record_no_show(actor=actor, redemption=found, note=proof, at=at))
    else:
        _print_state(actions.fulfil_redemption(actor=actor, redemption=found, fulfilment=outcome, proof=proof, at=at))


@redemptions.command()
@number_argument
@as_option
@click.option("--reason", default="", help="理由 · reason")
def cancel(number: str, username: str, reason: str) -> None:
    """出行日期以前取消，学分全部退回 · step back from an accepted product before its day; all credits go back."""
    actor = acting(username, "student")
    _print_state(
        actions.cancel_redemption(actor=actor, redemption=redemption_of(number), reason=reason, at=clock.now())
    )


@redemptions.command(name="list")
@as_option
@click.option("--state", default="", help="只看这一状态 · only this state")
def list_redemptions(username: str, state: str) -> None:
    """列出兑换申请，新的在前 · the applications, newest first (at most 200); for people of the office."""
    at = clock.now()
    require_office(acting(username, "reviewer"), at=at)
    rows = Redemption.objects.filter(state=state) if state else Redemption.objects.open()
    table = Table("申请号 number", "产品 product", "途径 route", "学分 credits", "状态 state", "申请日期 applied")
    for row in rows.order_by("-id")[:200]:
        credits_text = format_hundredths(row.credits_hundredths)
        table.add_row(row.number, row.product, row.route, credits_text, row.state, row.applied_on.isoformat())
    Console().print(table)


def _print_state(redemption: Redemption) -> None:
    click.echo(f"{redemption.number} {redemption.state}")


def _print_decisions(decisions: list[Decision]) -> None:
    table = Table("产品 product", "结果 outcome", "途径 route", "还差 missing")
    for decision in decisions:
        missing = "；".join(f"{each.text.zh}（{each.clause}）" for each in decision.unmet)
        route = decision.route.value if decision.route else ""
        table.add_row(decision.product, "可以 yes" if decision.eligible else "还不能 not yet", route, missing)
    Console().print(table)
