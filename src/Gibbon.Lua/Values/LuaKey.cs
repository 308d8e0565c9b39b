using System.Text;
using System.Text.Unicode;
using Gibbon.Lua.Native;

namespace Gibbon.Lua;

/// <summary>
/// Keys and texts of Lua are bytes, those that the gateway keeps are texts. Bytes that are no UTF-8 become a text that begins with a character that no text has and has a
/// character for each byte, so that two keys that differ stay two keys.
/// </summary>
internal static class LuaKey
{
    private const char Mark = '\uFFFF';

    public static string Read(LuaCall call, int index)
    {
        if (call.Type(index) != LuaType.String)
        {
            return call.Text(index);
        }

        ReadOnlySpan<byte> bytes = call.Bytes(index);
        return IsText(bytes) ? Encoding.UTF8.GetString(bytes) : Mark + Encoding.Latin1.GetString(bytes);
    }

    public static void Push(nint L, string key)
    {
        if (key.Length > 0 && key[0] == Mark)
        {
            LuaStack.Push(L, Encoding.Latin1.GetBytes(key, 1, key.Length - 1).AsSpan());
        }
        else
        {
            LuaStack.Push(L, key);
        }
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) && !bytes.StartsWith("\uFFFF"u8);
}
