namespace Gibbon.Lua.Native;

/// <summary>Everything of C# that Lua can call. The Lua around it checks arguments, raises errors and waits.</summary>
internal static class NativeFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        .. Host.HostFunctions.All,
        .. Functions.RequestFunctions.All,
        .. Functions.ResponseFunctions.All,
        .. Functions.ServiceFunctions.All,
        .. Functions.ClientFunctions.All,
        .. Functions.LogFunctions.All,
        .. Functions.NodeFunctions.All,
        .. Functions.CacheFunctions.All,
        .. Functions.EntityFunctions.All,
        .. Functions.DictionaryFunctions.All,
        .. Functions.EventFunctions.All,
        .. Functions.SocketFunctions.All,
        .. Functions.TimeFunctions.All,
        .. Functions.TextFunctions.All,
        .. Functions.RegexFunctions.All,
        .. Functions.JsonFunctions.All,
        .. Functions.VariableFunctions.All,
        .. Functions.SchemaFunctions.All,
        .. Functions.FolderFunctions.All,
        .. Functions.FileFunctions.All,
        .. Functions.YamlFunctions.All,
        .. Functions.TracingFunctions.All,
        .. Functions.CompiledGetters.Functions,
    ];
}
