"""The audit is append-only: triggers refuse to change or delete a record, on each engine."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARD = {
    "sqlite": (
        "CREATE TRIGGER auditrecord_no_update BEFORE UPDATE ON creditbank_auditrecord "
        "BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END",
        "CREATE TRIGGER auditrecord_no_delete BEFORE DELETE ON creditbank_auditrecord "
        "BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION creditbank_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit records are never changed nor deleted' USING ERRCODE = 'restrict_violation'; "
        "END $$",
        "CREATE TRIGGER auditrecord_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON creditbank_auditrecord "
        "FOR EACH STATEMENT EXECUTE FUNCTION creditbank_audit_refuse()",
    ),
}
BACKWARD = {
    "sqlite": ("DROP TRIGGER auditrecord_no_update", "DROP TRIGGER auditrecord_no_delete"),
    "postgresql": (
        "DROP TRIGGER auditrecord_append_only ON creditbank_auditrecord",
        "DROP FUNCTION creditbank_audit_refuse()",
    ),
}


def refuse_changes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def allow_changes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("creditbank", "0001_people")]

    operations: ClassVar = [migrations.RunPython(refuse_changes, allow_changes)]
