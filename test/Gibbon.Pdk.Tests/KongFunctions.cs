using System.Text.Json;

namespace Gibbon.Pdk.Tests;

/// <summary>What Kong's documentation and source say about each function of its kit: in which phases it may be called.</summary>
static class KongFunctions
{
    public static IReadOnlyDictionary<string, Phase> All { get; } = Read();

    /// <summary>The functions that a plugin in C# has no use for, and why.</summary>
    public static IReadOnlyDictionary<string, string> OnlyInLua { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["kong.table.new"] = "reserves room in a Lua table",
        ["kong.table.clear"] = "empties a Lua table",
        ["kong.table.merge"] = "copies Lua tables",
        ["kong.ctx.core"] = "the gateway's own data",
        ["kong.log.trace"] = "does nothing outside of Kong's own tests",
        ["kong.log.inspect.on"] = "the level decides what is written",
        ["kong.log.inspect.off"] = "the level decides what is written",
        ["kong.tracing.new"] = "the gateway makes the tracer",
        ["kong.tracing.set_global_tracer"] = "the gateway makes the tracer",
        ["kong.vault.init_worker"] = "the gateway starts its vaults",
    };

    static Dictionary<string, Phase> Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "kong-functions.json");
        var functions = JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(path))!;
        return functions.ToDictionary(static f => f.Key, static f => Phases(f.Value), StringComparer.Ordinal);
    }

    static Phase Phases(string[] names)
    {
        var phases = Phase.None;
        foreach (var name in names)
            phases = name switch
            {
                "*" => Phase.Any,
                "!init_worker" => phases & ~Phase.InitWorker,
                _ => phases | Single(name),
            };

        return phases;
    }

    static Phase Single(string name) => Enum.GetValues<Phase>().Single(phase => int.IsPow2((int)phase) && PhaseNames.Of(phase) == name);
}
