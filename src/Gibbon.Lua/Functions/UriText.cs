using System.Text;

namespace Gibbon.Lua.Functions;

/// <summary>Percent-encoding as nginx does it.</summary>
internal static class UriText
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Escapes bytes: kind 0 for a whole URI, 2 (the default) for a component of one.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> bytes, int kind)
    {
        var text = new List<byte>(bytes.Length + 16);
        foreach (byte b in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "-_.~"u8.Contains(b) || (kind == 0 && "!#$&'()*+,/:;=?@[]"u8.Contains(b)))
            {
                text.Add(b);
            }
            else
            {
                text.Add((byte)'%');
                text.Add((byte)Hex[b >> 4]);
                text.Add((byte)Hex[b & 15]);
            }
        }

        return [.. text];
    }

    /// <summary>Undoes escapes; what is no escape stays.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> bytes, bool keepsPlus)
    {
        var text = new byte[bytes.Length];
        int length = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte b = bytes[at];
            if (b == '%' && at + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at + 1]) && char.IsAsciiHexDigit((char)bytes[at + 2]))
            {
                b = Convert.FromHexString(Encoding.ASCII.GetString(bytes.Slice(at + 1, 2)))[0];
                at += 2;
            }
            else if (b == '+' && !keepsPlus)
            {
                b = (byte)' ';
            }

            text[length++] = b;
        }

        return text[..length];
    }
}
