using System.Text;

namespace Gibbon.Pdk;

/// <summary>
/// The normal form of a path (RFC 3986, section 6): unreserved characters are written plainly, percent signs with capital digits, dot segments are
/// taken out, repeated slashes become one. Routes are matched against it.
/// </summary>
public static class UriNormalizer
{
    /// <summary>Normalises a path.</summary>
    /// <param name="path">The raw path, beginning with <c>/</c>, without a query; anything else is returned with its escapes normalised only.</param>
    /// <param name="mergeSlashes">Whether repeated slashes become one.</param>
    /// <returns>
    /// The normal form: every escaped byte but the reserved ones (<c>! # $ % &amp; ' ( ) * + , / : ; = ? @ [ ]</c>) is written plainly. The same object when nothing changes.
    /// </returns>
    public static string Normalize(string path, bool mergeSlashes = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!NeedsWork(path, mergeSlashes))
        {
            return path;
        }
        var bytes = Encoding.UTF8.GetBytes(path);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, NormalizeInPlace(bytes, mergeSlashes)));
    }

    /// <summary>Normalises a path as it came over the wire, repeated slashes becoming one. Allocates nothing.</summary>
    /// <param name="path">The raw path, without a query.</param>
    /// <param name="scratch">Room for the result, at least as long as the path: a normal form never grows. Not touched when the path is normal.</param>
    /// <returns>The path itself when it is normal, else the beginning of <paramref name="scratch"/>.</returns>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> path, Span<byte> scratch)
    {
        if (path.IndexOf((byte)'%') < 0 && path.IndexOf("/."u8) < 0 && path.IndexOf("//"u8) < 0)
        {
            return path;
        }
        path.CopyTo(scratch);
        return scratch[..NormalizeInPlace(scratch[..path.Length], mergeSlashes: true)];
    }

    static int NormalizeInPlace(Span<byte> path, bool mergeSlashes) => RemoveDots(path[..Unescape(path)], mergeSlashes);

    static bool NeedsWork(string path, bool mergeSlashes) =>
        path.Contains('%', StringComparison.Ordinal)
        || path.Contains("/.", StringComparison.Ordinal)
        || (mergeSlashes && path.Contains("//", StringComparison.Ordinal));

    /// <summary>Writes escaped bytes plainly unless they are reserved, in place; returns the new length.</summary>
    static int Unescape(Span<byte> path)
    {
        var length = 0;
        for (var at = 0; at < path.Length; at++)
        {
            if (path[at] == '%' && at + 2 < path.Length && TryHex(path[at + 1], path[at + 2], out var value))
            {
                if (IsReserved(value))
                {
                    path[length++] = (byte)'%';
                    path[length++] = Upper(path[at + 1]);
                    path[length++] = Upper(path[at + 2]);
                }
                else
                {
                    path[length++] = value;
                }
                at += 2;
            }
            else
            {
                path[length++] = path[at];
            }
        }
        return length;
    }

    /// <summary>Takes out <c>.</c> and <c>..</c> segments and empty ones, in place; returns the new length.</summary>
    static int RemoveDots(Span<byte> path, bool mergeSlashes)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            return path.Length;
        }
        var length = 0;
        for (var at = 0; at < path.Length;)
        {
            var rest = path[(at + 1)..];
            var slash = rest.IndexOf((byte)'/');
            var segment = slash < 0 ? rest : rest[..slash];
            var isLast = slash < 0;
            var size = segment.Length;
            if (segment is [(byte)'.'] || (segment is [] && mergeSlashes && !isLast))
            {
                size = -1;
            }
            else if (segment is [(byte)'.', (byte)'.'])
            {
                length = Math.Max(0, path[..length].LastIndexOf((byte)'/'));
                size = -1;
            }
            if (size >= 0)
            {
                path.Slice(at, size + 1).CopyTo(path[length..]);
                length += size + 1;
            }
            else if (isLast)
            {
                path[length++] = (byte)'/';
            }
            at += segment.Length + 1;
        }
        return length;
    }

    static bool TryHex(byte high, byte low, out byte value)
    {
        var (left, right) = (HexOf(high), HexOf(low));
        value = (byte)((left << 4) | right);
        return left >= 0 && right >= 0;
    }

    static int HexOf(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    static byte Upper(byte digit) => digit is >= (byte)'a' and <= (byte)'f' ? (byte)(digit - 32) : digit;

    static bool IsReserved(byte value) => "!#$%&'()*+,/:;=?@[]"u8.Contains(value);
}
