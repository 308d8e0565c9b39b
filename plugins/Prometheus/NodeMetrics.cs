using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Prometheus;

/// <summary>How the node is at this moment.</summary>
static class NodeMetrics
{
    const string Http = "http";

    public static void AddTo(MetricsPage page, PluginHost host)
    {
        var id = host.Node.Id.ToString();
        page.Gauge("node_info", "Kong Node metadata information", 1, ("node_id", id), ("version", host.Version));
        page.Gauge("datastore_reachable", "Datastore reachable from Kong, 0 is unreachable", host.Node.IsDatabaseReachable ? 1 : 0);
        AddConnections(page, id, host.Node.GetConnectionStatistics());
        AddTimers(page, host.Timers);
        AddMemory(page, id, host.Node.GetMemoryStatistics());
    }

    static void AddConnections(MetricsPage page, string id, ConnectionStatistics connections)
    {
        const string help = "Number of connections by subsystem";
        ReadOnlySpan<(string State, long Number)> states =
        [
            ("accepted", connections.Accepted),
            ("handled", connections.Handled),
            ("total", connections.TotalRequests),
            ("active", connections.Active),
            ("reading", connections.Reading),
            ("writing", connections.Writing),
            ("waiting", connections.Waiting),
        ];
        foreach (var (state, number) in states)
            page.Gauge("nginx_connections_total", help, number, ("node_id", id), ("subsystem", Http), ("state", state));

        page.Gauge("nginx_requests_total", "Number of requests total", connections.TotalRequests, ("node_id", id), ("subsystem", Http));
    }

    static void AddTimers(MetricsPage page, ITimers timers)
    {
        page.Gauge("nginx_timers", "Number of nginx timers", timers.RunningCount, ("state", "running"));
        page.Gauge("nginx_timers", "Number of nginx timers", timers.PendingCount, ("state", "pending"));
    }

    static void AddMemory(MetricsPage page, string id, MemoryStatistics memory)
    {
        foreach (var worker in memory.Workers)
            page.Gauge("memory_workers_lua_vms_bytes", "Allocated bytes in worker Lua VM", worker.AllocatedBytes,
                ("node_id", id), ("pid", worker.ProcessId.ToString(CultureInfo.InvariantCulture)), ("kong_subsystem", Http));

        foreach (var (name, dictionary) in memory.SharedDictionaries)
        {
            page.Gauge("memory_lua_shared_dict_bytes", "Allocated slabs in bytes in a shared_dict", dictionary.AllocatedBytes,
                ("node_id", id), ("shared_dict", name), ("kong_subsystem", Http));
            page.Gauge("memory_lua_shared_dict_total_bytes", "Total capacity in bytes of a shared_dict", dictionary.CapacityBytes,
                ("node_id", id), ("shared_dict", name), ("kong_subsystem", Http));
        }
    }
}
