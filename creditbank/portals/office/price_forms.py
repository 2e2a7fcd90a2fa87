"""The forms of price schedules and of added items at the office; what they may say, the actions check."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.catalogue.items import OTHER, OTHER_NAME
from creditbank.catalogue.models import AllotmentUnit, Price
from creditbank.catalogue.price_sheet import cells_of
from creditbank.policy.law import Law
from creditbank.portals.labels import spoken
from creditbank.portals.offer_words import CLASS_WORDS
from creditbank.portals.site import law_shown


def _picker() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ScheduleForm(forms.Form):
    """A new schedule: its name and its days."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    starts_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=_picker())
    ends_on = forms.DateField(label=gettext_lazy("到哪天止（可以不填）"), widget=_picker(), required=False)


class AllotmentForm(forms.Form):
    """Seats, or money, that several prices may draw from together."""

    code = forms.SlugField(
        label=gettext_lazy("代码"),
        max_length=40,
        help_text=gettext_lazy("小写字母、数字和连字符，例如 harbin-winter。"),
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=80, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("限什么"), choices=AllotmentUnit.choices)
    total = forms.DecimalField(
        label=gettext_lazy("总数（名额数，或经费元数）"), min_value=0, max_digits=11, decimal_places=2
    )

    def whole(self) -> int:
        """The total in seats or fen."""
        total = self.cleaned_data["total"]
        return int(total * 100) if self.cleaned_data["unit"] == AllotmentUnit.FEN else int(total)


class PriceForm(forms.Form):
    """One price, with the columns of the Excel table."""

    product = forms.ChoiceField(label=gettext_lazy("产品"))
    price_class = forms.ChoiceField(label=gettext_lazy("价位"), required=False)
    credits = forms.DecimalField(label=gettext_lazy("学分"), max_digits=9, decimal_places=2, min_value=0)
    cash_part = forms.DecimalField(
        label=gettext_lazy("自付（元）"), max_digits=11, decimal_places=2, min_value=0, required=False
    )
    charge = forms.DecimalField(
        label=gettext_lazy("联盟支出（元）"), max_digits=11, decimal_places=2, min_value=0, required=False
    )
    opens_on = forms.DateField(label=gettext_lazy("申请开始"), widget=_picker(), required=False)
    closes_on = forms.DateField(label=gettext_lazy("申请结束"), widget=_picker(), required=False)
    happens_on = forms.DateField(label=gettext_lazy("出行日期"), widget=_picker(), required=False)
    seats = forms.ChoiceField(label=gettext_lazy("名额"), required=False)
    budget = forms.ChoiceField(label=gettext_lazy("经费"), required=False)
    from_age = forms.IntegerField(label=gettext_lazy("年龄从"), min_value=0, max_value=120, required=False)
    to_age = forms.IntegerField(label=gettext_lazy("年龄到"), min_value=0, max_value=120, required=False)
    places = forms.CharField(
        label=gettext_lazy("地区代码"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("2、4 或 6 位，几个之间用顿号；不填就是不限。"),
    )
    institutions = forms.CharField(
        label=gettext_lazy("单位代码"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("几个之间用顿号；不填就是不限。"),
    )
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=200)

    def __init__(
        self, law: Law, seats: list[str], budgets: list[str], data: Mapping[str, str] | None = None, **kept: str
    ) -> None:
        super().__init__(data, initial=kept)
        products = [(each.code, spoken(each.name)) for each in law.products.values() if not each.is_certificate]
        self.fields["product"] = forms.ChoiceField(label=_("产品"), choices=products)
        classes = [("", _("没有价位")), *CLASS_WORDS.items()]
        self.fields["price_class"] = forms.ChoiceField(label=_("价位"), choices=classes, required=False)
        for name, label, codes in (("seats", _("名额"), seats), ("budget", _("经费"), budgets)):
            choices = [("", _("不限")), *((code, code) for code in codes)]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def texts(self) -> dict[str, str]:
        """What was given, as the texts of a row of the Excel table."""
        given = self.cleaned_data
        return {
            key: value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
            for key, value in given.items()
        }


def kept_texts(price: Price) -> dict[str, str]:
    """A price as the values of its form."""
    return {**cells_of(price), "price_class": price.price_class}


class SheetForm(forms.Form):
    """A table of prices to be read."""

    file = forms.FileField(label=gettext_lazy("Excel 文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))


class ReasonForm(forms.Form):
    """Why a schedule is taken back."""

    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


class ItemForm(forms.Form):
    """An item of an open list."""

    group = forms.ChoiceField(label=gettext_lazy("类别"))
    slug = forms.SlugField(
        label=gettext_lazy("代码"),
        max_length=40,
        help_text=gettext_lazy("小写字母、数字和连字符；奖学金写它的金额（元）。"),
    )
    name_zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120)
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("价位（只有“其他产品”要选）"),
        choices=tuple(CLASS_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.DateField(label=gettext_lazy("从哪天起"), widget=_picker())

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        groups = [(group.code, spoken(group.name)) for group in law_shown().groups.values()]
        choices = [*groups, (OTHER, spoken(OTHER_NAME))]
        self.fields["group"] = forms.ChoiceField(label=_("类别"), choices=choices)
