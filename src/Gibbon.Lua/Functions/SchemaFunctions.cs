using Gibbon.Lua.Native;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>Typedefs for definitions of schemas.</summary>
internal static class SchemaFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } = [new("typedef", static call => Describe(call))];

    // typedef(name): what the typedef says, as a definition would; nil if there is none
    private static int Describe(LuaCall call)
    {
        LuaValues.Push(call.L, Typedefs.Find(call.Text(1)) is { } field ? field.Describe() : null, call.State);
        return 1;
    }
}
