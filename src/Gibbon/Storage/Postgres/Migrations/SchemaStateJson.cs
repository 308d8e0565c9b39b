using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>How far a database is, as <c>migrations status</c> prints it.</summary>
internal static class SchemaStateJson
{
    public static string Write(SchemaState state)
    {
        var status = new JsonObject { ["needs_bootstrap"] = state.NeedsBootstrap };
        Add(status, "executed_migrations", state.Executed);
        Add(status, "pending_migrations", state.Pending);
        Add(status, "missing_migrations", state.Missing);
        Add(status, "new_migrations", state.New);
        return status.ToJsonString(JsonSerializerOptions.Default);
    }

    static void Add(JsonObject status, string name, ImmutableArray<SubsystemMigrations> migrations)
    {
        if (migrations.IsEmpty)
        {
            return;
        }
        status[name] = new JsonArray([.. migrations.Select(static part => new JsonObject
        {
            ["subsystem"] = part.Subsystem,
            ["namespace"] = part.Namespace,
            ["migrations"] = new JsonArray([.. part.Names.Select(static migration => JsonValue.Create(migration))]),
        })]);
    }
}
