using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>ngx.shared</c>: the dictionary's name comes first in every call.</summary>
internal static class DictionaryFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("dict_get", static call => Get(call)),
        new("dict_set", static call => ResponseFunctions.Done(call, c => Of(c).Set(c.Text(2), LuaValues.Read(c.L, 3), Life(c, 4)))),
        new("dict_add", static call => call.Return(Of(call).Add(call.Text(2), LuaValues.Read(call.L, 3)!, Life(call, 4)))),
        new("dict_replace", static call => call.Return(Of(call).Replace(call.Text(2), LuaValues.Read(call.L, 3)!, Life(call, 4)))),
        new("dict_delete", static call => ResponseFunctions.Done(call, c => Of(c).Delete(c.Text(2)))),
        new("dict_incr", static call => Increment(call)),
        new("dict_ttl", static call => TimeToLive(call)),
        new("dict_expire", static call => call.Return(Of(call).Expire(call.Text(2), Life(call, 3)))),
        new("dict_keys", static call => Keys(call)),
        new("dict_clear", static call => ResponseFunctions.Done(call, c => Of(c).Clear())),
    ];

    private static ISharedDictionary Of(LuaCall call) => NodeFunctions.Host(call).SharedDictionary(call.Text(1));

    private static TimeSpan Life(LuaCall call, int index) => TimeSpan.FromSeconds(Math.Max(0, call.Number(index)));

    private static int Get(LuaCall call)
    {
        LuaValues.Push(call.L, Of(call).Get(call.Text(2)), call.State);
        return 1;
    }

    private static int Increment(LuaCall call)
    {
        Result<double> result = Of(call).Increment(call.Text(2), call.Number(3), call.IsNil(4) ? null : call.Number(4), Life(call, 5));
        return result.IsOk ? call.Return(result.Value) : call.Refuse(result.Error);
    }

    private static int TimeToLive(LuaCall call) =>
        Of(call).TimeToLive(call.Text(2)) is { } left ? call.Return(left.TotalSeconds) : call.Refuse("not found");

    private static int Keys(LuaCall call)
    {
        LuaValues.Push(call.L, new ValueList(Of(call).Keys(call.IsNil(2) ? 1024 : call.Integer(2))), call.State);
        return 1;
    }
}
