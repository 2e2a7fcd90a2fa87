"""Short verbs for the tests of an institution's pages: knock as somebody, upload as a browser does."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from tests.evaluation.returns import Row, csv_file

CODE = "SJSX"
HOME = f"/institution/{CODE}/"


def at(*parts: str | int) -> str:
    """An address of the school: ``at("returns", "new")`` → /institution/SJSX/returns/new/."""
    return HOME + "".join(f"{part}/" for part in parts)


def sheet(*rows: Row, name: str = "申报.csv") -> SimpleUploadedFile:
    """The rows as a browser sends a file."""
    return SimpleUploadedFile(name, csv_file(*rows).getvalue(), "text/csv")


def upload(client: Client, *rows: Row) -> str:
    """Upload a return through the page; its number."""
    response = client.post(at("returns", "new"), {"file": sheet(*rows)})
    assert response.status_code == 302, response.getvalue().decode()
    return str(response["Location"]).rstrip("/").rpartition("/")[2]


def html(response: HttpResponseBase, status: int = 200) -> str:
    """The page's text, once its status is as expected."""
    assert response.status_code == status, response.getvalue().decode()[:3000]
    return response.getvalue().decode()
