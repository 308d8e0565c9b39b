using System.Globalization;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.node</c>, <c>kong.nginx</c>, <c>kong.configuration</c>, <c>kong.plugin</c>, <c>kong.vault</c>, <c>kong.cluster</c> and <c>kong.dns</c>.</summary>
internal static class NodeFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("version", static call => call.Return(call.State.Surroundings.Host?.Version ?? "3.9.1")),

        // Files of plugins ask while they are only read, before there is a node: what they make of it then, nobody uses.
        new("node_id", static call => call.Return((call.State.Surroundings.Host?.Node.Id ?? Guid.Empty).ToString())),
        new("default_workspace", static call => call.Return(
            call.State.Surroundings.Host?.Node.DefaultWorkspaceId.ToString() ?? "0dc6f45b-8f8d-40d2-a504-473544ee190b")),
        new("node_hostname", static call => call.Return(call.State.Surroundings.Host?.Node.Hostname ?? Environment.MachineName)),
        new("node_memory", static call => Memory(call)),
        new("nginx_statistics", static call => Statistics(call)),
        new("nginx_subsystem", static call => call.Return(call.State.Context?.Subsystem == Subsystem.Stream ? "stream" : "http")),
        new("configuration", static call => Configuration(call)),
        new("configuration_safe", static call => SafeConfiguration(call)),
        new("plugin_id", static call => call.Return(call.State.Context?.Plugin?.Id.ToString())),
        new("vault_is_reference", static call => call.Return(Value.IsVaultReference(LuaValues.Read(call.L, 1)))),
        new("vault_parse", static call => ParseReference(call)),
        new("vault_get", static call => GetSecret(call)),
        new("vault_flush", static call => ResponseFunctions.Done(call, c => Host(c).Vault.Flush())),
        new("cluster_id", static call => ClusterId(call)),
        new("dns_toip", static call => ToIp(call)),
    ];

    public static PluginHost Host(LuaCall call) =>
        call.State.Surroundings.Host ?? throw new InvalidOperationException("the gateway has not started yet");

    private static int Memory(LuaCall call)
    {
        MemoryStatistics memory = Host(call).Node.GetMemoryStatistics();
        string? unit = call.TextOrNull(1);
        int scale = call.IsNil(2) ? 2 : call.Integer(2);
        var workers = new ValueList(memory.Workers.Select(worker => new ValueMap
        {
            ["pid"] = (long)worker.ProcessId,
            ["http_allocated_gc"] = Amount(worker.AllocatedBytes),
        }));
        var dictionaries = new ValueMap();
        foreach ((string name, DictionaryMemory dictionary) in memory.SharedDictionaries)
        {
            dictionaries[name] = new ValueMap { ["capacity"] = Amount(dictionary.CapacityBytes), ["allocated_slabs"] = Amount(dictionary.AllocatedBytes) };
        }

        LuaValues.Push(call.L, new ValueMap { ["workers_lua_vms"] = workers, ["lua_shared_dicts"] = dictionaries }, call.State);
        return 1;

        object Amount(long bytes) => unit is null or "b" or "B" ? bytes : MemoryUnit.Format(bytes, unit, scale);
    }

    private static int Statistics(LuaCall call)
    {
        ConnectionStatistics figures = Host(call).Node.GetConnectionStatistics();
        var map = new ValueMap
        {
            ["connections_active"] = figures.Active,
            ["connections_reading"] = figures.Reading,
            ["connections_writing"] = figures.Writing,
            ["connections_waiting"] = figures.Waiting,
            ["connections_accepted"] = figures.Accepted,
            ["connections_handled"] = figures.Handled,
            ["total_requests"] = figures.TotalRequests,
        };
        LuaValues.Push(call.L, map, call.State);
        return 1;
    }

    private static int Configuration(LuaCall call)
    {
        LuaValues.Push(call.L, Plain(call.State.Surroundings.Settings[call.Text(1)]), call.State);
        return 1;
    }

    private static int SafeConfiguration(LuaCall call)
    {
        var copy = new ValueMap();
        foreach ((string name, object? value) in call.State.Surroundings.Settings.RemoveSensitive())
        {
            copy[name] = Plain(value);
        }

        LuaValues.Push(call.L, copy, call.State);
        return 1;
    }

    private static object? Plain(object? value) => value switch
    {
        null or string or bool or long or double or ValueMap or ValueList => value,
        IEnumerable<string> list => new ValueList(list),
        IConvertible number => number.ToDouble(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static int ParseReference(LuaCall call)
    {
        Result<VaultReference> parsed = Host(call).Vault.ParseReference(call.Text(1));
        if (!parsed.IsOk)
        {
            return call.Refuse(parsed.Error);
        }

        var config = new ValueMap();
        foreach ((string name, string value) in parsed.Value.Config)
        {
            config[name] = value;
        }

        LuaValues.Push(
            call.L,
            new ValueMap
            {
                ["name"] = parsed.Value.Name,
                ["resource"] = parsed.Value.Resource,
                ["key"] = parsed.Value.Key,
                ["config"] = config.Count > 0 ? config : null,
                ["version"] = parsed.Value.Version,
            },
            call.State);
        return 1;
    }

    private static int GetSecret(LuaCall call) => call.Wait(Host(call).Vault.GetAsync(call.Text(1)), static (L, result) =>
    {
        if (result.IsOk)
        {
            LuaStack.Push(L, result.Value);
            return 1;
        }

        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, result.Error);
        return 2;
    });

    private static int ClusterId(LuaCall call) => call.Wait(Host(call).Cluster.GetIdAsync(), static (L, result) =>
    {
        LuaStack.Push(L, result.Value?.ToString());
        LuaStack.Push(L, result.Error);
        return result.Error is null ? 1 : 2;
    });

    private static int ToIp(LuaCall call) => call.Wait(Host(call).Dns.ToIpAsync(call.Text(1), call.Integer(2)), static (L, result) =>
    {
        if (result.IsOk)
        {
            LuaStack.Push(L, result.Value.Address.ToString());
            LuaStack.Push(L, (double)result.Value.Port);
            return 2;
        }

        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, result.Error);
        return 2;
    });
}
