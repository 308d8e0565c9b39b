using Gibbon.Admin.Manager;
using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Processes;

/// <summary>What <c>start</c> says after Kong's own line: which database and working directory, and why; and where to knock.</summary>
internal static class StartReport
{
    public static IEnumerable<string> Lines(GatewaySettings settings)
    {
        var listeners = settings.Listeners;
        yield return $"  Gibbon {ProductVersion.Gibbon}";
        yield return $"  database  {settings.Database.Kind.ToString().ToLowerInvariant()} ({settings.Database.Reason})";
        yield return $"  prefix    {settings.Node.Prefix} ({settings.Node.PrefixReason})";
        foreach (var (name, addresses) in new[]
        {
            ("proxy", listeners.Proxy), ("stream", listeners.Stream), ("admin", listeners.Admin), ("status", listeners.Status),
            ("cluster", listeners.Cluster),
        })
        {
            if (!addresses.IsEmpty)
                yield return $"  {name,-9} {string.Join(' ', addresses.Select(address => Url(address, name)))}";
        }

        if (settings.Listeners.ServesManager)
        {
            var path = settings.Manager.Path == "/" ? "" : settings.Manager.Path;
            var missing = ManagerFiles.Choose(settings, Installed.Parts.Manager) is null ? " (not built: it needs Node.js 20 or later)" : "";
            yield return $"  {"manager",-9} {string.Join(' ', listeners.Manager.Select(address => Url(address, "manager") + path))}{missing}";
        }
    }

    private static string Url(ListenAddress address, string name)
    {
        var scheme = name == "stream" ? address switch { { Udp: true } => "udp", { Ssl: true } => "tls", _ => "tcp" }
            : address.Ssl || name == "cluster" ? "https" : "http";
        return $"{scheme}://{Host(address)}:{address.Port}";
    }

    // A wildcard is no place to knock at.
    private static string Host(ListenAddress address) => address.Address switch
    {
        "0.0.0.0" or "::" => "localhost",
        var host when host.Contains(':', StringComparison.Ordinal) => $"[{host}]",
        var host => host,
    };
}
