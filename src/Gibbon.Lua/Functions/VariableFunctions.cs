using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>ngx.var</c>: what nginx would have in variables, out of what the PDK knows.</summary>
internal static class VariableFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("variable", static call => Variable(call)),
        new("client_connection", static call => Connection(call)),
    ];

    private static int Variable(LuaCall call)
    {
        string? value = NginxVariables.Read(call.Context, call.Text(1));
        LuaStack.Push(call.L, value);
        return 1;
    }

    private static int Connection(LuaCall call) => call.Return(call.Context.Client.Connection.Number);
}
