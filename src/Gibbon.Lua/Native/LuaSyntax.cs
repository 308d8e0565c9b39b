namespace Gibbon.Lua.Native;

/// <summary>Whether a text is Lua.</summary>
internal static unsafe class LuaSyntax
{
    /// <summary>What LuaJIT has against a text; null if it compiles. Nothing is run. Bytecode is no text: LuaJIT does not check it.</summary>
    public static string? Fault(string code)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(code);
        byte[] name = [.. text, 0];
        byte nothing = 0;
        nint L = LuaApi.luaL_newstate();
        if (L == 0)
        {
            return "not enough memory";
        }

        try
        {
            fixed (byte* start = text)
            fixed (byte* label = name)
            fixed (byte* textOnly = "t\0"u8)
            {
                return LuaApi.luaL_loadbufferx(L, start is null ? &nothing : start, (nuint)text.Length, label, textOnly) == 0 ? null : LuaStack.Text(L, -1);
            }
        }
        finally
        {
            LuaApi.lua_close(L);
        }
    }
}
