using System.Buffers;

namespace Gibbon.Routing.Paths;

/// <summary>Makes a normalised path safe for the wire again: every byte outside the URI alphabet becomes %XX.</summary>
internal static class PathEscaping
{
    private static readonly SearchValues<byte> Safe = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!#$&'()*+,/:;=?@[]"u8);

    /// <summary>The longest an escaped path of <paramref name="length"/> bytes can be.</summary>
    public static int MaximumLength(int length) => checked(length * 3);

    /// <summary>True when nothing needs escaping.</summary>
    public static bool IsSafe(ReadOnlySpan<byte> path) => path.IndexOfAnyExcept(Safe) < 0;

    /// <summary>Writes the escaped path and returns its length.</summary>
    public static int Write(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        int written = 0;
        while (!path.IsEmpty)
        {
            int unsafeAt = path.IndexOfAnyExcept(Safe);
            if (unsafeAt < 0)
            {
                path.CopyTo(destination[written..]);
                return written + path.Length;
            }

            path[..unsafeAt].CopyTo(destination[written..]);
            written += unsafeAt;
            byte value = path[unsafeAt];
            destination[written++] = (byte)'%';
            destination[written++] = "0123456789ABCDEF"u8[value >> 4];
            destination[written++] = "0123456789ABCDEF"u8[value & 15];
            path = path[(unsafeAt + 1)..];
        }

        return written;
    }
}
