using System.Globalization;
using System.Numerics;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Plugins.Prometheus;

/// <summary>What control planes know of their data planes, and data planes of themselves.</summary>
static class ClusterMetrics
{
    public static async ValueTask AddToAsync(MetricsPage page, PluginHost host, CancellationToken cancellation)
    {
        if (host.Node.ClusterCertificateExpiry is { } expiry)
            page.Gauge("data_plane_cluster_cert_expiry_timestamp", "Unix timestamp of Data Plane's cluster_cert expiry time",
                expiry.ToUnixTimeSeconds());

        if (host.Settings.Role != "control_plane")
            return;

        await foreach (var node in host.Entities<ClusteringDataPlane>().EachAsync(cancellation: cancellation))
            Add(page, node);
    }

    static void Add(MetricsPage page, ClusteringDataPlane node)
    {
        ReadOnlySpan<(string, string)> labels = [("node_id", node.Id.ToString()), ("hostname", node.Hostname), ("ip", node.Ip)];
        page.Gauge("data_plane_last_seen", "Last time data plane contacted control plane", node.LastSeen.ToUnixTimeSeconds(), labels);
        page.Gauge("data_plane_config_hash", "Config hash numeric value of the data plane", Number(node.ConfigHash), labels);
        page.Gauge("data_plane_version_compatible", "Version compatible status of the data plane, 0 is incompatible",
            IsCompatible(node) ? 1 : 0, [.. labels, ("kong_version", node.Version ?? "")]);
    }

    static double Number(string? hash) =>
        BigInteger.TryParse("0" + hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? (double)number : 0;

    static bool IsCompatible(ClusteringDataPlane node) => node.SyncStatus is not (
        SyncStatus.KongVersionIncompatible or SyncStatus.PluginSetIncompatible or SyncStatus.PluginVersionIncompatible);
}
