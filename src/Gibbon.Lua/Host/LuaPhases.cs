using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>The names of a handler's methods.</summary>
internal static class LuaPhases
{
    public static IReadOnlyList<KeyValuePair<string, Phase>> Methods { get; } =
    [
        new("init_worker", Phase.InitWorker),
        new("certificate", Phase.Certificate),
        new("rewrite", Phase.Rewrite),
        new("access", Phase.Access),
        new("response", Phase.Response),
        new("header_filter", Phase.HeaderFilter),
        new("body_filter", Phase.BodyFilter),
        new("log", Phase.Log),
        new("preread", Phase.Preread),
    ];
}
