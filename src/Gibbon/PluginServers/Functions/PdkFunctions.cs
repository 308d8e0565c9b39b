using System.Collections.Frozen;
using Gibbon.Pdk;

namespace Gibbon.PluginServers.Functions;

/// <summary>The functions of the kit that a plugin server may call, by Kong's names.</summary>
internal static class PdkFunctions
{
    private static readonly FrozenDictionary<string, PdkFunction> s_byName =
        RequestFunctions.All
            .Concat(ResponseFunctions.All)
            .Concat(ServiceFunctions.All)
            .Concat(ClientFunctions.All)
            .Concat(NodeFunctions.All)
            .Concat(LogFunctions.All)
            .Concat(ContextFunctions.All)
            .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The function of a name; null if there is none.</summary>
    public static PdkFunction? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>A function that gives a value.</summary>
    public static KeyValuePair<string, PdkFunction> Get(string name, Func<PdkCall, object?> function) =>
        new(name, call => ValueTask.FromResult(new PdkResult(function(call))));

    /// <summary>A function that does something.</summary>
    public static KeyValuePair<string, PdkFunction> Do(string name, Action<PdkCall> action) => new(name, call =>
    {
        action(call);
        return default;
    });

    /// <summary>A function that does something that may fail.</summary>
    public static KeyValuePair<string, PdkFunction> Try(string name, Func<PdkCall, Result> action) => new(name, call =>
    {
        Result result = action(call);
        return ValueTask.FromResult(result.IsOk ? new PdkResult(true) : new PdkResult(null, result.Error));
    });

    /// <summary>A function that may have to wait.</summary>
    public static KeyValuePair<string, PdkFunction> Wait(string name, PdkFunction function) => new(name, function);
}
