using System.Collections.Frozen;
using System.Collections.Immutable;
using Gibbon.Settings;

namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>Migrations of one part of Kong: the core, or a plugin that brings tables.</summary>
internal sealed record SubsystemMigrations(string Subsystem, ImmutableArray<string> Names)
{
    /// <summary>Kong's name for the place where they lie.</summary>
    public string Namespace => Subsystem == "core" ? "kong.db.migrations.core" : $"kong.plugins.{Subsystem}.migrations";
}

/// <summary>The migrations of Kong 3.9, and the tables they end in.</summary>
internal static class KongMigrations
{
    const string Create = "CREATE TABLE IF NOT EXISTS ";

    static readonly ImmutableArray<SubsystemMigrations> All = Read();

    /// <summary>Those of the core and of the plugins that are enabled, in the order in which Kong runs them.</summary>
    public static ImmutableArray<SubsystemMigrations> For(PluginSettings plugins) =>
        [.. All.Where(part => part.Subsystem == "core" || plugins.Bundled || plugins.Names.Contains(part.Subsystem))];

    /// <summary>The statements that make the tables of a subsystem; null when it has none of its own.</summary>
    public static string? Tables(string subsystem) => Resource($"{subsystem}.sql");

    /// <summary>The statements that make what migrations themselves need: <c>schema_meta</c> and <c>locks</c>.</summary>
    public static string Base { get; } = Resource("base.sql")!;

    /// <summary>The names of all tables that Kong 3.9 and its plugins have.</summary>
    public static FrozenSet<string> TableNames { get; } = All.Select(static part => Tables(part.Subsystem)).Append(Base).OfType<string>()
        .SelectMany(static text => text.Split('\n')).Where(static line => line.StartsWith(Create, StringComparison.Ordinal))
        .Select(static line => line[Create.Length..line.IndexOf(' ', Create.Length)]).ToFrozenSet(StringComparer.Ordinal);

    static string? Resource(string name)
    {
        using var stream = typeof(KongMigrations).Assembly.GetManifestResourceStream($"postgres/{name}");
        if (stream is null)
        {
            return null;
        }
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // A line at the margin names a subsystem, the indented ones below are its migrations.
    static ImmutableArray<SubsystemMigrations> Read()
    {
        List<(string Subsystem, List<string> Names)> read = [];
        foreach (var line in Resource("migrations.txt")!.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(' '))
            {
                read[^1].Names.Add(line.Trim());
            }
            else
            {
                read.Add((line, []));
            }
        }
        return [.. read.Select(static part => new SubsystemMigrations(part.Subsystem, [.. part.Names]))];
    }
}
