using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Which plugins the node loads.</summary>
internal sealed record PluginSettings
{
    /// <summary><c>plugins</c> lists <c>bundled</c>.</summary>
    public required bool Bundled { get; init; }

    /// <summary>The names listed besides <c>bundled</c>, in order, without duplicates.</summary>
    public required ImmutableArray<string> Names { get; init; }

    public required ImmutableArray<PluginServerSettings> Servers { get; init; }

    public static PluginSettings From(SettingReader read)
    {
        var names = read.List("plugins");
        var off = names is ["off", ..];
        return new PluginSettings
        {
            Bundled = !off && names.Contains("bundled"),
            Names = off ? [] : [.. names.Where(name => name is not "bundled").Distinct(StringComparer.Ordinal)],
            Servers = [.. read.List("pluginserver_names").Select(name => PluginServerSettings.From(read, name))],
        };
    }
}

/// <summary>An external plugin server (<c>pluginserver_NAME_*</c>).</summary>
internal sealed record PluginServerSettings
{
    public required string Name { get; init; }
    public required string Socket { get; init; }

    /// <summary>Null: someone else starts it.</summary>
    public required string? StartCommand { get; init; }
    public required string QueryCommand { get; init; }

    public static PluginServerSettings From(SettingReader read, string listed)
    {
        var name = listed.ToLowerInvariant();
        var prefix = $"pluginserver_{name.Replace('-', '_')}";
        var program = $"/usr/local/bin/{name}";
        var installed = File.Exists(program);
        var query = read.Text($"{prefix}_query_cmd") ?? (installed ? $"{program} -dump" : null);
        var start = read.Text($"{prefix}_start_cmd") ?? (installed ? program : null);
        if (query is null)
        {
            read.Fail($"query_command undefined for pluginserver {name}");
        }
        else if (start is null)
        {
            read.Warnings.Add($"start_command undefined for pluginserver {name}; assuming external process management");
        }

        return new PluginServerSettings
        {
            Name = name,
            Socket = read.Text($"{prefix}_socket") ?? Path.Combine(read.Word("prefix"), $"{name}.socket"),
            StartCommand = start,
            QueryCommand = query ?? "",
        };
    }
}
