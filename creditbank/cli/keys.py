"""``creditbank keys``: make the keys of the vault, and print the public key that verifies receipts."""

import json
from pathlib import Path

import click

from creditbank.errors import Conflict
from creditbank.vault.keys import new_keys, write_keys
from creditbank.vault.signing import public_key_pem, sign


@click.group()
def keys() -> None:
    """密钥：生成与公布 · make keys, publish the public one."""


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--id", "key_id", default="key-1", show_default=True, help="密钥编号 · id of the encryption key")
def init(file: Path, key_id: str) -> None:
    """生成一套密钥，已有的文件不动 · make a set of keys in FILE (JSON, its owner's alone); an existing one stays.

    In production each entry is the value of a setting: CREDITBANK_VAULT_KEYS (as JSON), CREDITBANK_VAULT_CURRENT_KEY,
    CREDITBANK_BLIND_INDEX_KEY, CREDITBANK_RECEIPT_SIGNING_KEY. Keep a copy elsewhere: without them nothing opens.
    """
    if not write_keys(file, new_keys(key_id)):
        raise Conflict("文件已存在，没有改动。", code="keys-exist")
    click.echo(f"已生成 · written: {file}")


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="编号与公钥的 JSON · id and key as JSON")
def public(as_json: bool) -> None:
    """打印核验回执的公钥（PEM）· print the public key that verifies receipts."""
    pem = public_key_pem()
    if as_json:
        click.echo(json.dumps({"key_id": sign(b"")[0], "algorithm": "Ed25519", "pem": pem}, indent=2))
    else:
        click.echo(pem, nl=False)
