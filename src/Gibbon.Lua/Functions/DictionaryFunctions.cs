using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>ngx.shared</c>: the dictionary's name comes first in every call.</summary>
internal static class DictionaryFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("dict_get", static call => Get(call)),
        new("dict_set", static call => ResponseFunctions.Done(call, c => Of(c).Set(LuaKey.Read(c, 2), Value(c), Life(c, 4)))),
        new("dict_add", static call => call.Return(Of(call).Add(LuaKey.Read(call, 2), Value(call)!, Life(call, 4)))),
        new("dict_replace", static call => call.Return(Of(call).Replace(LuaKey.Read(call, 2), Value(call)!, Life(call, 4)))),
        new("dict_delete", static call => ResponseFunctions.Done(call, c => Of(c).Delete(LuaKey.Read(c, 2)))),
        new("dict_incr", static call => Increment(call)),
        new("dict_ttl", static call => TimeToLive(call)),
        new("dict_expire", static call => call.Return(Of(call).Expire(LuaKey.Read(call, 2), Life(call, 3)))),
        new("dict_keys", static call => Keys(call)),
        new("dict_size", static call => Size(call)),
        new("dict_clear", static call => ResponseFunctions.Done(call, c => Of(c).Clear())),
    ];

    private static ISharedDictionary Of(LuaCall call) => NodeFunctions.Host(call).SharedDictionary(call.Text(1));

    private static TimeSpan Life(LuaCall call, int index) => TimeSpan.FromSeconds(Math.Max(0, call.Number(index)));

    private static object? Value(LuaCall call) => call.Type(3) == LuaType.String ? LuaKey.Read(call, 3) : LuaValues.Read(call.L, 3);

    private static int Get(LuaCall call)
    {
        object? value = Of(call).Get(LuaKey.Read(call, 2));
        if (value is string text)
        {
            LuaKey.Push(call.L, text);
        }
        else
        {
            LuaValues.Push(call.L, value, call.State);
        }

        return 1;
    }

    // dict_size(dictionary): the bytes it may take and those it takes
    private static int Size(LuaCall call)
    {
        DictionaryMemory? memory = NodeFunctions.Host(call).Node.GetMemoryStatistics().SharedDictionaries.GetValueOrDefault(call.Text(1));
        return call.Return(memory?.CapacityBytes ?? 0) + call.Return(memory?.AllocatedBytes ?? 0);
    }

    private static int Increment(LuaCall call)
    {
        Result<double> result = Of(call).Increment(LuaKey.Read(call, 2), call.Number(3), call.IsNil(4) ? null : call.Number(4), Life(call, 5));
        return result.IsOk ? call.Return(result.Value) : call.Refuse(result.Error);
    }

    private static int TimeToLive(LuaCall call) =>
        Of(call).TimeToLive(LuaKey.Read(call, 2)) is { } left ? call.Return(left.TotalSeconds) : call.Refuse("not found");

    private static int Keys(LuaCall call)
    {
        IReadOnlyList<string> keys = Of(call).Keys(call.IsNil(2) ? 1024 : call.Integer(2));
        LuaApi.lua_createtable(call.L, keys.Count, 0);
        for (int place = 0; place < keys.Count; place++)
        {
            LuaKey.Push(call.L, keys[place]);
            LuaApi.lua_rawseti(call.L, -2, place + 1);
        }

        return 1;
    }
}
