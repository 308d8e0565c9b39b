using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage;

#pragma warning disable CA5351 // MD5 is what Kong's nodes compare; nobody relies on it to be hard to forge.

/// <summary>The text of a value that control and data planes hash: the same whatever the order of keys.</summary>
internal static class CanonicalText
{
    const int FoldAbove = 1_000_000;
    const int JoinedUpTo = 5;

    /// <summary>The MD5 of the value's text, in hexadecimal.</summary>
    public static string Hash(object? value)
    {
        var text = new ArrayBufferWriter<byte>(4096);
        Write(text, value);
        return ConfigurationHash.Of(text.WrittenSpan);
    }

    static void Write(ArrayBufferWriter<byte> text, object? value)
    {
        FoldWhenLarge(text);
        switch (value)
        {
            case null:
                Append(text, "/null/");
                break;
            case ValueMap { Count: 0 } or ValueList { Count: 0 }:
                Append(text, "{}");
                break;
            case ValueMap map:
                WriteMap(text, map);
                break;
            case ValueList list:
                WriteList(text, list);
                break;
            default:
                Append(text, Value.ToText(value));
                break;
        }
    }

    static void WriteMap(ArrayBufferWriter<byte> text, ValueMap map)
    {
        LongWork.GiveWay();
        foreach (var key in map.Keys.Order(StringComparer.Ordinal))
        {
            Append(text, key);
            Append(text, ":");
            Write(text, map[key]);
            Append(text, ";");
        }
    }

    static void WriteList(ArrayBufferWriter<byte> text, ValueList list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list.Count <= JoinedUpTo && i > 0)
            {
                Append(text, ";");
            }
            Write(text, list[i]);
            if (list.Count > JoinedUpTo)
            {
                Append(text, ";");
            }
        }
    }

    /// <summary>A text that has grown large goes on from its own hash.</summary>
    static void FoldWhenLarge(ArrayBufferWriter<byte> text)
    {
        if (text.WrittenCount > FoldAbove)
        {
            Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
            MD5.HashData(text.WrittenSpan, hash);
            text.ResetWrittenCount();
            text.Write(hash);
        }
    }

    static void Append(ArrayBufferWriter<byte> text, string part) => Encoding.UTF8.GetBytes(part, text);
}
