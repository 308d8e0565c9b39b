using System.Text;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BasicAuth;

/// <summary>The name and the password of an <c>Authorization</c> header (RFC 7617).</summary>
/// <param name="Username">The name; not empty.</param>
/// <param name="Password">The password as it was sent; may be empty.</param>
sealed record SentCredentials(string Username, byte[] Password)
{
    /// <summary>Reads a header's value as Kong does: the scheme may stand anywhere in it, spelt <c>Basic</c> or <c>basic</c>.</summary>
    /// <param name="value">The value.</param>
    /// <returns><c>null</c> if it holds no name and password.</returns>
    public static SentCredentials? Read(ReadOnlySpan<byte> value)
    {
        var scheme = value.IndexOf("asic"u8);
        while (scheme >= 0 && (scheme == 0 || value[scheme - 1] is not ((byte)'b' or (byte)'B')))
        {
            var next = value[(scheme + 1)..].IndexOf("asic"u8);
            scheme = next < 0 ? -1 : scheme + 1 + next;
        }

        return scheme >= 0 && LenientBase64.Decode(value[(scheme + "asic".Length)..].TrimStart(" \t"u8)) is { } text ? Split(text) : null;
    }

    /// <summary>The name is the first part without a colon that has one behind it; the password goes to the end of the line.</summary>
    static SentCredentials? Split(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)':');
        var colon = text.IndexOf((byte)':');
        if (colon < 0)
            return null;

        var password = text[(colon + 1)..];
        var line = password.IndexOf((byte)'\n');
        return new SentCredentials(Encoding.UTF8.GetString(text[..colon]), (line < 0 ? password : password[..line]).ToArray());
    }
}
