using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>Header fields made from text: what could end a line, or a name, is percent-encoded, as Kong's web server does it.</summary>
internal static class HeaderText
{
    // Control characters, which no value may hold; the tab may stand.
    private static readonly SearchValues<char> UnsafeInValue = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(static code => code != '\t').Select(static code => (char)code), '\x7f']);

    private static readonly SearchValues<char> UnsafeInName = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(static code => (char)code), .. "\"(),/:;<=>?@[\\]{}\x7f"]);

    /// <summary>Writes a text that is printable ASCII, as nearly all values are; false for any other, of which something may have been written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">As many bytes as the text has characters.</param>
    public static bool TryCopyPlain(string text, Span<byte> bytes)
    {
        const int Block = 8;
        if (text.Length < Block)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] is < ' ' or > '~')
                {
                    return false;
                }

                bytes[i] = (byte)text[i];
            }

            return true;
        }

        // Eight characters at a time; the last eight may have been written in part before.
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        Vector128<ushort> outside = Vector128<ushort>.Zero;
        int last = text.Length - Block;
        for (int i = 0; ; i = Math.Min(i + Block, last))
        {
            Vector128<ushort> characters = Vector128.LoadUnsafe(ref from, (nuint)i);
            outside |= Vector128.GreaterThan(characters - Vector128.Create((ushort)' '), Vector128.Create((ushort)('~' - ' ')));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[i..], Vector128.Narrow(characters, characters).AsUInt64().ToScalar());
            if (i == last)
            {
                return outside == Vector128<ushort>.Zero;
            }
        }
    }

    /// <summary>A value with its unsafe characters encoded; the same string when there are none.</summary>
    public static string Escape(string value) => value.AsSpan().ContainsAny(UnsafeInValue) ? Escape(value, UnsafeInValue) : value;

    /// <summary>A name with its unsafe characters encoded; the same string when there are none.</summary>
    public static string EscapeName(string name) => name.AsSpan().ContainsAny(UnsafeInName) ? Escape(name, UnsafeInName) : name;

    private static string Escape(string text, SearchValues<char> unsafeCharacters)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (char letter in text)
        {
            if (unsafeCharacters.Contains(letter))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)letter:X2}");
            }
            else
            {
                escaped.Append(letter);
            }
        }

        return escaped.ToString();
    }
}
