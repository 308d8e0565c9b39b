using System.Buffers;
using System.Text;

namespace Gibbon.Lua.Native;

/// <summary>Values in and out of a stack. Texts of .NET are UTF-8 in Lua; Lua's strings are bytes.</summary>
internal static unsafe class LuaStack
{
    private const int Small = 512;

    public static LuaType TypeOf(nint L, int index) => (LuaType)LuaApi.lua_type(L, index);

    public static void Push(nint L, string? text)
    {
        if (text is null)
        {
            LuaApi.lua_pushnil(L);
        }
        else
        {
            Push(L, text.AsSpan());
        }
    }

    public static void Push(nint L, ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= Small)
        {
            byte* bytes = stackalloc byte[Small];
            int length = Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, Small));
            LuaApi.lua_pushlstring(L, bytes, (nuint)length);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        Push(L, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    public static void Push(nint L, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            byte nothing = 0;
            LuaApi.lua_pushlstring(L, start is null ? &nothing : start, (nuint)bytes.Length);
        }
    }

    public static void Push(nint L, bool flag) => LuaApi.lua_pushboolean(L, flag ? 1 : 0);

    public static void Push(nint L, double number) => LuaApi.lua_pushnumber(L, number);

    public static void PushNull(nint L) => LuaApi.lua_pushlightuserdata(L, LuaMark.Null);

    /// <summary>The bytes of a string. Valid for as long as the string is on the stack.</summary>
    public static ReadOnlySpan<byte> Bytes(nint L, int index)
    {
        byte* start = TypeOf(L, index) == LuaType.String
            ? LuaApi.ReadString(L, index, out nuint length)
            : LuaApi.lua_tolstring(L, index, out length);
        return new ReadOnlySpan<byte>(start, (int)length);
    }

    /// <summary>The text of a string or a number; null for anything else.</summary>
    public static string? Text(nint L, int index) => TypeOf(L, index) switch
    {
        LuaType.String => Encoding.UTF8.GetString(Bytes(L, index)),
        LuaType.Number => Gibbon.Pdk.Schemas.Value.ToText(LuaApi.lua_tonumber(L, index)),
        _ => null,
    };

    public static bool IsNull(nint L, int index) =>
        TypeOf(L, index) == LuaType.LightUserdata && LuaApi.lua_touserdata(L, index) == LuaMark.Null;

    public static bool IsMark(nint L, int index, nint mark) =>
        TypeOf(L, index) == LuaType.LightUserdata && LuaApi.lua_touserdata(L, index) == mark;

    /// <summary>The place counted from below.</summary>
    public static int Absolute(nint L, int index) => index > 0 || index <= LuaApi.Registry ? index : LuaApi.lua_gettop(L) + index + 1;

    /// <summary>Sets a field of the table on the top to the value on the top, which goes; without metamethods.</summary>
    public static void SetField(nint L, ReadOnlySpan<char> name)
    {
        Push(L, name);
        LuaApi.lua_insert(L, -2);
        LuaApi.lua_rawset(L, -3);
    }

    /// <summary>Pushes a field of a table; without metamethods.</summary>
    public static LuaType GetField(nint L, int table, ReadOnlySpan<char> name)
    {
        table = Absolute(L, table);
        Push(L, name);
        LuaApi.lua_rawget(L, table);
        return TypeOf(L, -1);
    }
}
