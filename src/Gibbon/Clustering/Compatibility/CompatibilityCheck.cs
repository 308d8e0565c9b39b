using System.Collections.Frozen;
using Gibbon.Pdk.Entities;
using Gibbon.Settings;
using Plugin = Gibbon.Pdk.Plugin;

namespace Gibbon.Clustering.Compatibility;

/// <summary>Whether data planes of other versions, with other plugins, can have what this control plane has. Kong's rules.</summary>
internal sealed class CompatibilityCheck
{
    private const LogSeverity Silent = LogSeverity.Debug;

    private readonly KeyValuePair<string, PluginVersion?>[] _installed;

    /// <param name="installed">The plugins of this control plane.</param>
    public CompatibilityCheck(IEnumerable<Plugin> installed) => _installed =
    [
        .. installed.OrderBy(static plugin => plugin.Name, StringComparer.Ordinal)
            .Select(static plugin => KeyValuePair.Create(plugin.Name, PluginVersions.Parse(plugin.Version))),
    ];

    /// <summary>Whether the data plane may stay. What differs and does no harm is noted.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="plugins">Its plugins.</param>
    /// <param name="note">Told what is to be logged.</param>
    public Verdict OfNode(string version, FrozenDictionary<string, PluginVersion?> plugins, Action<LogSeverity, string> note)
    {
        (int major, int minor) = KongVersion.MajorMinor(KongVersion.Current)!.Value;
        if (KongVersion.MajorMinor(version) is not { } other)
        {
            return Foreign($"data plane version is incompatible with control plane version {KongVersion.Current} ({major}.x.y are accepted)");
        }

        if (other.Major != major)
        {
            return Foreign($"data plane version {version} is incompatible with control plane version {KongVersion.Current} ({major}.x.y are accepted)");
        }

        if (other.Minor > minor)
        {
            return Foreign($"data plane version {version} is incompatible with older control plane version {KongVersion.Current}");
        }

        if (other.Minor != minor)
        {
            note(LogSeverity.Info, $"data plane minor version {version} is different to control plane minor version {KongVersion.Current}");
        }

        foreach ((string name, PluginVersion? own) in _installed)
        {
            NoteDifference(name, own, plugins, note);
        }

        return Verdict.Fits;
    }

    /// <summary>Whether the data plane can run the plugins that are configured.</summary>
    public Verdict OfConfiguration(IReadOnlySet<string> configured, FrozenDictionary<string, PluginVersion?> plugins)
    {
        foreach ((string name, PluginVersion? own) in _installed)
        {
            if (!configured.Contains(name))
            {
                continue;
            }

            if (!plugins.TryGetValue(name, out PluginVersion? theirs))
            {
                string version = own is null ? "" : $" {own.Text}";
                return new Verdict(SyncStatus.PluginSetIncompatible, $"configured {name} plugin{version} is missing from data plane");
            }

            // Its first versions were all called 0.1.
            bool isExempt = name == "opentelemetry" && theirs is { Major: 0, Minor: 1 };
            if (own is not null && theirs is not null && !isExempt && (own.Major != theirs.Major || own.Minor < theirs.Minor))
            {
                return new Verdict(
                    SyncStatus.PluginVersionIncompatible,
                    $"configured data plane {name} plugin version {theirs.Text} is different to control plane plugin version {own.Text}");
            }
        }

        return Verdict.Fits;
    }

    /// <summary>Routes with expressions beside routes without are more than data planes before 3.7 understand.</summary>
    public static string? OfRoutes(bool areMixed, string version) =>
        areMixed && KongVersion.Number(version) < 3_007_000_000 ? $"{version} does not support mixed mode route" : null;

    private static void NoteDifference(
        string name, PluginVersion? own, FrozenDictionary<string, PluginVersion?> plugins, Action<LogSeverity, string> note)
    {
        if (!plugins.TryGetValue(name, out PluginVersion? theirs))
        {
            note(LogSeverity.Warn, own is null ? $"{name} plugin is missing from data plane" : $"{name} plugin {own.Text} is missing from data plane");
        }
        else if (own is not null && theirs is not null)
        {
            LogSeverity severity = own.Major != theirs.Major ? LogSeverity.Warn : own.Minor != theirs.Minor ? LogSeverity.Info : Silent;
            if (severity != Silent)
            {
                note(severity, $"data plane {name} plugin version {theirs.Text} is different to control plane plugin version {own.Text}");
            }
        }
        else if (theirs is not null)
        {
            note(LogSeverity.Notice, $"data plane {name} plugin version {theirs.Text} has unspecified version on control plane");
        }
        else if (own is not null)
        {
            note(LogSeverity.Notice, $"data plane {name} plugin version is unspecified, and is different to control plane plugin version {own.Text}");
        }
    }

    private static Verdict Foreign(string problem) => new(SyncStatus.KongVersionIncompatible, problem);
}
