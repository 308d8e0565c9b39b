using System.Buffers;
using System.Globalization;
using System.Text;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>Writes the value at place 1 of a stack as JSON, with the rules of <c>cjson</c>. Bytes of strings stay what they are.</summary>
internal sealed class JsonWriter(nint L)
{
    private readonly ArrayBufferWriter<byte> _text = new(256);

    public required int Precision { get; init; }

    public required int MaxDepth { get; init; }

    public required bool EmptyIsObject { get; init; }

    public required bool ConvertsSparse { get; init; }

    public required int SparseRatio { get; init; }

    public required int SparseSafe { get; init; }

    public required bool EscapesSlash { get; init; }

    public required string InvalidNumbers { get; init; }

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Writes.</summary>
    /// <returns>Why it cannot be written, or null.</returns>
    public string? TryWrite() => Write(1, 0);

    private string? Write(int index, int depth)
    {
        switch (LuaStack.TypeOf(L, index))
        {
            case LuaType.String:
                WriteString(LuaStack.Bytes(L, index));
                return null;
            case LuaType.Number:
                return WriteNumber(LuaApi.lua_tonumber(L, index));
            case LuaType.Boolean:
                _text.Write(LuaApi.lua_toboolean(L, index) != 0 ? "true"u8 : "false"u8);
                return null;
            case LuaType.Nil or LuaType.None:
                _text.Write("null"u8);
                return null;
            case LuaType.LightUserdata when LuaApi.lua_touserdata(L, index) == LuaMark.Null:
                _text.Write("null"u8);
                return null;
            case LuaType.LightUserdata when LuaApi.lua_touserdata(L, index) == LuaMark.Failed + 1:
                _text.Write("[]"u8);
                return null;
            case LuaType.Table:
                return WriteTable(LuaStack.Absolute(L, index), depth + 1);
            case var type:
                return $"Cannot serialise {type.ToString().ToLowerInvariant()}: type not supported";
        }
    }

    private string? WriteTable(int table, int depth)
    {
        if (depth > MaxDepth || LuaApi.lua_checkstack(L, 6) == 0)
        {
            return $"Cannot serialise, excessive depth ({depth})";
        }

        bool isArray = IsMarked(table);
        int length = isArray ? (int)LuaApi.lua_objlen(L, table) : ArrayLength(table, out isArray);
        if (length == -1)
        {
            return "Cannot serialise table: excessively sparse array";
        }

        return isArray ? WriteArray(table, length, depth) : WriteObject(table, depth);
    }

    private bool IsMarked(int table)
    {
        if (LuaApi.lua_getmetatable(L, table) == 0)
        {
            return false;
        }

        bool marked = LuaStack.GetField(L, -1, "__jsontype") == LuaType.String && LuaStack.Bytes(L, -1).SequenceEqual("array"u8);
        LuaApi.lua_settop(L, -3);
        return marked;
    }

    // The highest place, when all keys are places; -1 when there are too many gaps.
    private int ArrayLength(int table, out bool isArray)
    {
        double highest = 0;
        int count = 0;
        isArray = false;
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, table) != 0)
        {
            LuaApi.lua_settop(L, -2);
            double place = LuaStack.TypeOf(L, -1) == LuaType.Number ? LuaApi.lua_tonumber(L, -1) : 0;
            if (place < 1 || place != Math.Floor(place))
            {
                LuaApi.lua_settop(L, -2);
                return 0;
            }

            highest = Math.Max(highest, place);
            count++;
        }

        if (SparseRatio > 0 && highest > (double)count * SparseRatio && highest > SparseSafe)
        {
            return ConvertsSparse ? 0 : -1;
        }

        isArray = count > 0 || !EmptyIsObject;
        return (int)highest;
    }

    private string? WriteArray(int table, int length, int depth)
    {
        _text.Write("["u8);
        for (int place = 1; place <= length; place++)
        {
            if (place > 1)
            {
                _text.Write(","u8);
            }

            LuaApi.lua_rawgeti(L, table, place);
            string? error = Write(-1, depth);
            LuaApi.lua_settop(L, -2);
            if (error is not null)
            {
                return error;
            }
        }

        _text.Write("]"u8);
        return null;
    }

    private string? WriteObject(int table, int depth)
    {
        _text.Write("{"u8);
        bool isFirst = true;
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, table) != 0)
        {
            if (!isFirst)
            {
                _text.Write(","u8);
            }

            isFirst = false;
            switch (LuaStack.TypeOf(L, -2))
            {
                case LuaType.String:
                    WriteString(LuaStack.Bytes(L, -2));
                    break;
                case LuaType.Number:
                    WriteAscii($"\"{JsonNumber.Format(LuaApi.lua_tonumber(L, -2), Precision)}\"");
                    break;
                default:
                    return "Cannot serialise table: table key must be a number or string";
            }

            _text.Write(":"u8);
            if (Write(-1, depth) is { } error)
            {
                return error;
            }

            LuaApi.lua_settop(L, -2);
        }

        _text.Write("}"u8);
        return null;
    }

    private string? WriteNumber(double number)
    {
        if (!double.IsFinite(number))
        {
            switch (InvalidNumbers)
            {
                case "null":
                    _text.Write("null"u8);
                    return null;
                case "on":
                    WriteAscii(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
                    return null;
                default:
                    return "Cannot serialise number: must not be NaN or Infinity";
            }
        }

        WriteAscii(number == Math.Floor(number) && Math.Abs(number) < 1e14
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : JsonNumber.Format(number, Precision));
        return null;
    }

    private void WriteAscii(string text) => Encoding.ASCII.GetBytes(text, _text);

    private void WriteString(ReadOnlySpan<byte> bytes)
    {
        _text.Write("\""u8);
        int start = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte b = bytes[at];
            if (b >= 0x20 && b != '"' && b != '\\' && b != 0x7f && (b != '/' || !EscapesSlash))
            {
                continue;
            }

            _text.Write(bytes[start..at]);
            start = at + 1;
            WriteAscii(b switch
            {
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                (byte)'/' => "\\/",
                8 => "\\b",
                9 => "\\t",
                10 => "\\n",
                12 => "\\f",
                13 => "\\r",
                _ => "\\u" + b.ToString("x4", CultureInfo.InvariantCulture),
            });
        }

        _text.Write(bytes[start..]);
        _text.Write("\""u8);
    }
}
