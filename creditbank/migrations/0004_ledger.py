"""The tables of the books, by hand-written statements for each engine."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from creditbank.ledger.schema import create_tables, drop_tables


def make(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    create_tables(schema_editor.connection)


def unmake(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_tables(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("creditbank", "0003_returns"),
    ]

    operations = [
        migrations.RunPython(make, unmake),
        migrations.CreateModel(
            name="Book",
            fields=[
                ("holder_id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.SmallIntegerField()),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "db_table": "book",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PassbookLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "holder_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("holder_id", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("source", models.UUIDField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "获得"),
                            (2, "冲正"),
                            (3, "冻结"),
                            (4, "解冻"),
                            (5, "核销"),
                            (6, "退回"),
                            (7, "过期"),
                            (8, "恢复"),
                        ]
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("available", models.BigIntegerField()),
                ("held", models.BigIntegerField()),
                ("spent", models.BigIntegerField()),
                ("expired", models.BigIntegerField()),
                ("owed", models.BigIntegerField()),
                ("earned", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("closes", models.IntegerField(null=True)),
                ("batch_id", models.BigIntegerField(null=True)),
                ("institution_id", models.IntegerField(null=True)),
                ("occurred_on", models.DateField(null=True)),
                ("actor_id", models.IntegerField()),
                ("approver_id", models.IntegerField(null=True)),
                ("policy_version", models.SmallIntegerField(null=True)),
                (
                    "domain",
                    models.SmallIntegerField(
                        choices=[(1, "德"), (2, "智"), (3, "体"), (4, "美"), (5, "劳")], null=True
                    ),
                ),
                ("stage", models.SmallIntegerField(choices=[(1, "教"), (2, "练"), (3, "赛")], null=True)),
                ("reason", models.SmallIntegerField(null=True)),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "passbook_line",
                "ordering": ["holder_id", "seq"],
                "managed": False,
            },
        ),
    ]
