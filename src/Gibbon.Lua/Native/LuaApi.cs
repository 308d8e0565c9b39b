using System.Runtime.InteropServices;

namespace Gibbon.Lua.Native;

/// <summary>
/// The C API of LuaJIT, as far as it is used. Nothing here may raise a Lua error while managed code is on the stack: it would be jumped over and the process would
/// end. So what can raise (indexing with metamethods, calling without protection) is missing on purpose.
/// </summary>
internal static unsafe partial class LuaApi
{
    public const string Library = "luajit";

    public const int Registry = -10000;

    public const int MultipleResults = -1;

    public static int Upvalue(int number) => -10002 - number;

    [LibraryImport(Library)]
    public static partial nint luaL_newstate();

    [LibraryImport(Library)]
    public static partial void luaL_openlibs(nint L);

    [LibraryImport(Library)]
    public static partial void lua_close(nint L);

    [LibraryImport(Library)]
    public static partial nint lua_newthread(nint L);

    [LibraryImport(Library)]
    public static partial int luaL_loadbufferx(nint L, byte* text, nuint length, byte* name, byte* mode);

    [LibraryImport(Library)]
    public static partial int lua_pcall(nint L, int arguments, int results, int handler);

    [LibraryImport(Library)]
    public static partial int lua_resume(nint L, int arguments);

    [LibraryImport(Library)]
    public static partial int lua_checkstack(nint L, int more);

    [LibraryImport(Library)]
    public static partial void lua_pushlstring(nint L, byte* text, nuint length);

    [LibraryImport(Library)]
    public static partial void lua_pushcclosure(nint L, delegate* unmanaged[Cdecl]<nint, int> function, int upvalues);

    [LibraryImport(Library)]
    public static partial void lua_createtable(nint L, int items, int entries);

    [LibraryImport(Library)]
    public static partial nint lua_newuserdata(nint L, nuint size);

    [LibraryImport(Library)]
    public static partial void lua_rawset(nint L, int index);

    [LibraryImport(Library)]
    public static partial void lua_rawseti(nint L, int index, int key);

    [LibraryImport(Library)]
    public static partial int lua_next(nint L, int index);

    [LibraryImport(Library)]
    public static partial int luaL_ref(nint L, int index);

    [LibraryImport(Library)]
    public static partial void luaL_unref(nint L, int index, int reference);

    [LibraryImport(Library)]
    public static partial int lua_gc(nint L, int what, int data);

    [LibraryImport(Library)]
    public static partial int lua_sethook(nint L, nint hook, int mask, int count);

    [LibraryImport(Library)]
    public static partial void luaL_traceback(nint L, nint of, byte* message, int level);

    [LibraryImport(Library)]
    public static partial byte* lua_tolstring(nint L, int index, out nuint length);

    // What follows neither allocates nor runs anything: the switch between the collectors' modes would cost more than the work.
    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_gettop(nint L);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_settop(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushvalue(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_remove(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_insert(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_xmove(nint from, nint to, int count);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_type(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial double lua_tonumber(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_tointeger(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_toboolean(nint L, int index);

    /// <summary>Only of what is a string already: a number would be changed in place, which allocates.</summary>
    [LibraryImport(Library, EntryPoint = "lua_tolstring"), SuppressGCTransition]
    public static partial byte* ReadString(nint L, int index, out nuint length);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nuint lua_objlen(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_touserdata(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_tothread(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_topointer(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushnil(nint L);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushnumber(nint L, double number);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushinteger(nint L, nint number);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushboolean(nint L, int value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushlightuserdata(nint L, nint pointer);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_rawget(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_rawgeti(nint L, int index, int key);

    /// <summary>Only for a place that the table has been made with: it does not grow.</summary>
    [LibraryImport(Library, EntryPoint = "lua_rawseti"), SuppressGCTransition]
    public static partial void SetPlace(nint L, int index, int key);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_getmetatable(nint L, int index);

    [LibraryImport(Library)]
    public static partial void lua_setmetatable(nint L, int index);
}
