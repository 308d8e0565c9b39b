using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.node</c>, <c>kong.nginx</c>, <c>kong.plugin</c>, <c>kong.cluster</c> and <c>kong.vault</c>.</summary>
internal static class NodeFunctions
{
    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Get("kong.node.get_id", static call => call.Context.Node.Id.ToString()),
        PdkFunctions.Get("kong.node.get_hostname", static call => call.Context.Node.Hostname),
        PdkFunctions.Get("kong.node.get_memory_stats", static call => Memory(call)),
        PdkFunctions.Get("kong.nginx.get_subsystem", static call => call.Context.Subsystem == Subsystem.Stream ? "stream" : "http"),
        PdkFunctions.Get("kong.nginx.get_statistics", static call => Statistics(call)),
        PdkFunctions.Get("kong.nginx.get_var", static call => NginxVariables.Read(call.Context, call.Text(0, "variable name must be a string"))),
        PdkFunctions.Get("kong.nginx.get_tls1_version_str", static call => call.Context.Client.Tls.Version),
        PdkFunctions.Get("kong.nginx.req_start_time", static call => call.Context.Request.StartTime.ToUnixTimeMilliseconds() / 1000.0),
        PdkFunctions.Get("kong.plugin.get_id", static call => call.Context.Plugin?.Id.ToString()),
        PdkFunctions.Wait("kong.cluster.get_id", static call => ClusterIdAsync(call)),
        PdkFunctions.Get("kong.vault.is_reference", static call => Value.IsVaultReference(call[0])),
        PdkFunctions.Wait("kong.vault.parse_reference", static call => ParseReference(call)),
        PdkFunctions.Wait("kong.vault.get", static call => SecretAsync(call)),
        PdkFunctions.Do("kong.vault.flush", static call => call.Context.Vault.Flush()),
    ];

    private static ValueMap Memory(PdkCall call)
    {
        MemoryStatistics memory = call.Context.Node.GetMemoryStatistics();
        string? unit = call.TextOrNull(0);
        int scale = call[1] is null ? 2 : call.Integer(1, "scale");
        if (scale < 0)
        {
            throw new KongArgumentException("scale must be equal or greater than 0");
        }

        var dictionaries = new ValueMap();
        foreach ((string name, DictionaryMemory dictionary) in memory.SharedDictionaries)
        {
            dictionaries[name] = new ValueMap { ["capacity"] = Amount(dictionary.CapacityBytes), ["allocated_slabs"] = Amount(dictionary.AllocatedBytes) };
        }

        return new ValueMap
        {
            ["lua_shared_dicts"] = dictionaries,
            ["workers_lua_vms"] = new ValueList(memory.Workers.Select(worker => new ValueMap
            {
                ["http_allocated_gc"] = Amount(worker.AllocatedBytes),
                ["pid"] = (long)worker.ProcessId,
            })),
        };

        object Amount(long bytes) => unit is null or "b" or "B" ? bytes : MemoryUnit.Format(bytes, unit, scale);
    }

    private static ValueMap Statistics(PdkCall call)
    {
        ConnectionStatistics figures = call.Context.Node.GetConnectionStatistics();
        return new ValueMap
        {
            ["connections_active"] = (long)figures.Active,
            ["connections_reading"] = (long)figures.Reading,
            ["connections_writing"] = (long)figures.Writing,
            ["connections_waiting"] = (long)figures.Waiting,
            ["connections_accepted"] = (long)figures.Accepted,
            ["connections_handled"] = (long)figures.Handled,
            ["total_requests"] = (long)figures.TotalRequests,
        };
    }

    private static async ValueTask<PdkResult> ClusterIdAsync(PdkCall call)
    {
        Result<Guid?> id = await call.Context.Cluster.GetIdAsync().ConfigureAwait(false);
        return new PdkResult(id.Value?.ToString(), id.Error);
    }

    private static ValueTask<PdkResult> ParseReference(PdkCall call)
    {
        string text = call.Text(0, "reference must be a string");
        Result<VaultReference> parsed = Value.IsVaultReference(text)
            ? call.Context.Vault.ParseReference(text)
            : Result.Failure<VaultReference>($"not a reference [{text}]");
        if (!parsed.IsOk)
        {
            return ValueTask.FromResult(new PdkResult(null, parsed.Error));
        }

        var map = new ValueMap { ["name"] = parsed.Value.Name, ["resource"] = parsed.Value.Resource };
        if (parsed.Value.Key is { } key)
        {
            map["key"] = key;
        }

        if (parsed.Value.Config.Count > 0)
        {
            map["config"] = new ValueMap(parsed.Value.Config.Select(static pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)));
        }

        if (parsed.Value.Version is { } version)
        {
            map["version"] = (long)version;
        }

        return ValueTask.FromResult(new PdkResult(map));
    }

    private static async ValueTask<PdkResult> SecretAsync(PdkCall call)
    {
        Result<string> secret = await call.Context.Vault.GetAsync(call.Text(0, "reference must be a string")).ConfigureAwait(false);
        return new PdkResult(secret.Value, secret.Error);
    }
}
