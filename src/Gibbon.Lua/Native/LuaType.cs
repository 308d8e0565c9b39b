namespace Gibbon.Lua.Native;

/// <summary>The types of values, with LuaJIT's numbers.</summary>
internal enum LuaType
{
    None = -1,
    Nil = 0,
    Boolean = 1,
    LightUserdata = 2,
    Number = 3,
    String = 4,
    Table = 5,
    Function = 6,
    Userdata = 7,
    Thread = 8,
    Cdata = 10,
}
