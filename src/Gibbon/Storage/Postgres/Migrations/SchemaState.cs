using System.Collections.Immutable;

namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>What <c>schema_meta</c> says of a subsystem.</summary>
internal sealed record SchemaMetaRow(string Subsystem, string? LastExecuted, ImmutableArray<string> Executed, ImmutableArray<string> Pending);

/// <summary>How far the migrations of a database have come.</summary>
internal sealed record SchemaState
{
    /// <summary>There is nothing of Kong yet.</summary>
    public required bool NeedsBootstrap { get; init; }

    public ImmutableArray<SubsystemMigrations> Executed { get; init; } = [];

    /// <summary>Begun and not finished.</summary>
    public ImmutableArray<SubsystemMigrations> Pending { get; init; } = [];

    /// <summary>Not executed, though later ones are.</summary>
    public ImmutableArray<SubsystemMigrations> Missing { get; init; } = [];

    public ImmutableArray<SubsystemMigrations> New { get; init; } = [];

    /// <summary>A subsystem whose migrations stopped before 3.9, and the last of them; null when there is none.</summary>
    public (string Subsystem, string Last)? Behind { get; init; }

    public bool IsUpToDate => !NeedsBootstrap && New.IsEmpty;

    /// <summary>Compares what is known with what a database has; null: it has no <c>schema_meta</c>.</summary>
    public static SchemaState Of(ImmutableArray<SubsystemMigrations> known, IReadOnlyList<SchemaMetaRow>? rows)
    {
        var byName = (rows ?? []).ToDictionary(static row => row.Subsystem, StringComparer.Ordinal);
        List<SubsystemMigrations> executed = [], pending = [], missing = [], news = [];
        (string, string)? behind = null;
        foreach (var part in known)
        {
            var row = byName.GetValueOrDefault(part.Subsystem);
            var last = row?.LastExecuted is { } name ? part.Names.IndexOf(name) : -1;
            var stateOf = part.Names.Select((migration, place) => (migration, State: StateOf(row, migration, place, last))).ToLookup(
                static pair => pair.State, static pair => pair.migration);
            Add(executed, part, stateOf["executed"]);
            Add(pending, part, stateOf["pending"]);
            Add(missing, part, stateOf["missing"]);
            Add(news, part, stateOf["new"]);
            if (row is not null && behind is null && stateOf["new"].Any())
            {
                behind = (part.Subsystem, row.LastExecuted ?? row.Pending.LastOrDefault() ?? "none");
            }
        }
        return new SchemaState
        {
            NeedsBootstrap = rows is null,
            Executed = [.. executed],
            Pending = [.. pending],
            Missing = [.. missing],
            New = [.. news],
            Behind = behind,
        };
    }

    /// <summary>A list as Kong prints it: the names of subsystems to the right, their migrations behind.</summary>
    public static string Text(ImmutableArray<SubsystemMigrations> migrations)
    {
        var width = migrations.Max(static part => part.Subsystem.Length);
        return string.Join('\n', migrations.Select(part => $"{part.Subsystem.PadLeft(width)}: {string.Join(", ", part.Names)}"));
    }

    static void Add(List<SubsystemMigrations> list, SubsystemMigrations part, IEnumerable<string> names)
    {
        if (part with { Names = [.. names] } is { Names.IsEmpty: false } some)
        {
            list.Add(some);
        }
    }

    static string StateOf(SchemaMetaRow? row, string migration, int place, int last) =>
        row is null ? "new"
        : row.Executed.Contains(migration) ? "executed"
        : row.Pending.Contains(migration) ? "pending"
        : last < 0 || place > last ? "new" : "missing";
}
